"""The days that the opening of a report names, in six languages."""

import numpy as np
import pytest

from twicetold.text.days import named_days
from twicetold.text.terms import count_terms
from twicetold.text.words import read_words

THURSDAY = np.datetime64("2026-02-05")


def days_in(text: str, published: np.datetime64 = THURSDAY, dated: bool = True) -> list[str]:
    words = read_words([""], [text])
    terms = count_terms(words, np.ones(len(words.marks), bool))
    day = np.array([published.astype("datetime64[D]").astype(int)])
    named = named_days(terms, day, np.array([dated]))
    return [str(np.datetime64(int(each), "D")) for each in named.indices]


@pytest.mark.parametrize(
    "text",
    [
        "The talks resumed on Wednesday.",
        "Talks resumed yesterday in Abu Dhabi.",
        "The generals met on Feb. 4.",
        "Les pourparlers ont repris mercredi.",
        "Ils se sont vus le 4 février.",
        "Die Gespräche begannen am Mittwoch.",
        "Am 4. Februar trafen sie sich.",
        "Las conversaciones se reanudaron el miércoles.",
        "Se reunieron el 4 de febrero.",
        "I colloqui sono ripresi ieri.",
        "As conversas foram retomadas na quarta-feira.",
    ],
)
def test_the_day_before_is_found_as_it_is_written(text):
    assert days_in(text) == ["2026-02-04"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("It opens today.", ["2026-02-05"]),
        ("Il a parlé aujourd'hui.", ["2026-02-05"]),
        ("On Thursday", ["2026-02-05"]),  # a weekday is the latest one on or before publication
        ("On Friday they leave", []),  # last Friday is too far away to be the event's day
        ("On March 14, 2022", []),
        ("It sold 4 may be 5", []),
        ("The second (segunda) try", []),
        ("On Monday and on Tuesday", ["2026-02-02", "2026-02-03"]),
        ("A. " + "word " * 150 + "on Wednesday", []),  # background
    ],
)
def test_only_days_near_the_publication_count(text, days):
    assert days_in(text) == days


def test_a_date_at_the_turn_of_the_year_is_in_the_nearest_year():
    assert days_in("on December 31", np.datetime64("2026-01-02")) == ["2025-12-31"]


def test_an_undated_article_names_no_day():
    assert days_in("on Wednesday", dated=False) == []

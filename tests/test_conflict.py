"""Conflict: each of two reports names what the other lacks, so they are two events."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import CORPUS, article, write_lines

import twicetold as library
from twicetold.clustering.conflict import conflict_features
from twicetold.clustering.term_weights import count_block, weight_rows
from twicetold.index import windows
from twicetold.pairs import Pairs
from twicetold.text.words import read_words

LOANS = {
    "mexico-reuters": (
        "World Bank loans Mexico 400 mln dlrs",
        "The World Bank said it has loaned Mexico 400 mln dlrs to help support an agricultural"
        " credit project. The project hopes to increase productivity, exports and real farm income"
        " by providing credit to private farmers.",
    ),
    "mexico-cna": (
        "Mexico gets 400 mln dlrs from World Bank",
        "Mexico is to receive 400 mln dlrs from the World Bank to support an agricultural credit"
        " project. The credit for private farmers is meant to increase farm income and exports.",
    ),
    "portugal-reuters": (
        "World Bank loans Portugal 50 mln dlrs",
        "World Bank said it has loaned Portugal 50 mln dlrs to help improve its highway system. The"
        " loan is part of a 400 mln dlr project to rehabilitate about 3,410 miles of highway.",
    ),
    "portugal-cna": (
        "Portugal gets 50 mln dlrs from World Bank",
        "Portugal is to receive 50 mln dlrs from the World Bank to rehabilitate its highway system."
        " The project, of 400 mln dlrs in all, is to improve 3,410 miles of highway.",
    ),
}


def loans():
    for number, (key, (title, body)) in enumerate(LOANS.items()):
        time = f"2026-02-05T1{number}:00:00Z"
        yield article(id=key, outlet=key.split("-")[1], title=title, body=body, published=time)


@pytest.fixture
def with_loans(twicetold, folder):
    write_lines(folder / "feed.jsonl", *loans())
    twicetold("run", "news.db", CORPUS, "feed.jsonl", "--now", "2026-02-09")
    return "news.db"


def test_the_same_news_of_two_countries_is_less_probably_one_event(with_loans):
    with library.Index.open(with_loans) as index:
        one = library.why(index, "mexico-reuters", "mexico-cna").probability
        other = library.why(index, "mexico-reuters", "portugal-cna").probability

    assert one > 0.9 > 0.5 > other


def test_why_names_the_conflict_and_what_it_costs(twicetold, with_loans):
    pair = ("why", with_loans, "mexico-reuters", "portugal-cna")
    answer = json.loads(twicetold(*pair, "--json").stdout)

    cost = {row["feature"]: row["log_odds"] for row in answer["contributions"]}
    assert cost["names_apart"] < 0
    assert "  conflict: Mexico against Portugal\n" in twicetold(*pair).stdout


WORDS = [
    "Mexico",
    "Portugal",
    "the",
    "bank",
    "loaned",
    "highway",
    "farms",
    "credit",
    "said",
    "Monday",
]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)


@given(texts, texts)
def test_less_detail_is_no_conflict_and_neither_side_comes_first(one, other):
    both = (one, other, f"{one} {other}")
    items = [library.Article(outlet="CNA", title="Talks", body=body, id=body) for body in both]
    with library.Index.in_memory() as index:
        library.ingest(index, items, now="2026-02-05")
        window = windows.load(index.connection, 0, 30_000)
    block = count_block(window, read_words(window.titles, window.bodies))
    articles = weight_rows(block, 0, len(window.ids))
    row = {body: place for place, body in enumerate(window.bodies)}
    a, b, whole = (np.array([row[body]]) for body in both)

    apart = conflict_features(articles, Pairs(a, b))

    assert ((apart >= 0) & (apart <= 1)).all()
    assert (apart == conflict_features(articles, Pairs(b, a))).all()
    assert (conflict_features(articles, Pairs(a, whole)) == 0).all()
    assert (conflict_features(articles, Pairs(a, a)) == 0).all()

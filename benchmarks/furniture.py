"""How far does text that is not the article change stories?

    python benchmarks/furniture.py

A consent text is put in place of the bodies of one outlet of the sample corpus, then below and
above every body; a stub stands under thousands of unrelated titles. Prints BCubed F1 of the other
articles, and how the time of a run grows with the stubs.
"""

import random
import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from tabulate import tabulate

import twicetold
from twicetold import Article

CORPUS = Path(__file__).parent.parent / "sample_corpus"
CONSENT = (
    "We and our 842 partners store and/or access information on a device, such as unique"
    " identifiers in cookies, to process personal data. You may accept or manage your choices by"
    " clicking below, including your right to object where legitimate interest is used, or at any"
    " time on the privacy policy page.\n\nAccept all. Reject all. Manage options. If you do not"
    " wish to see advertising, you can visit this site without tracking for 4.99 a month and cancel"
    " at any time. Already have a subscription? Sign in here."
)
STUB = (
    "To continue reading this article, subscribe for one pound a week. Already a subscriber? Sign"
    " in here. Subscribers get the daily crossword and the weekend magazine in digital form."
)


class Row(NamedTuple):
    """BCubed F1 of the articles that have their text, with and without the addition."""

    bodies: str
    clean: float
    f1: float
    as_headlines: float  # with empty bodies in place of the text that is not theirs


class Stubs(NamedTuple):
    """A run over stubs."""

    stubs: int
    largest_story: int
    seconds: float
    per_1000: float


def main() -> None:
    """Print both tables."""
    articles = [each for each in twicetold.read_articles(CORPUS) if isinstance(each, Article)]
    rows = [
        Row(
            f"of {outlet}: consent text",
            _f1(articles, outlet),
            _f1(_with_body(articles, outlet, CONSENT), outlet),
            _f1(_with_body(articles, outlet, ""), outlet),
        )
        for outlet in sorted({each.outlet for each in articles})
    ]
    clean = _f1(articles)
    for place, form in (("below", "{}\n\n{}"), ("above", "{1}\n\n{0}")):
        changed = [replace(each, body=form.format(each.body, CONSENT)) for each in articles]
        rows.append(Row(f"of all: consent text {place}", clean, _f1(changed), clean))
    print(tabulate(rows, Row._fields, floatfmt=".4f"), end="\n\n")
    print(tabulate([_stubs(n) for n in (2_500, 5_000, 10_000)], Stubs._fields, floatfmt=".2f"))


def _with_body(articles: Sequence[Article], outlet: str, body: str) -> list[Article]:
    return [replace(each, body=body) if each.outlet == outlet else each for each in articles]


def _f1(articles: Sequence[Article], left_out: str = "") -> float:
    """Return BCubed F1 of the articles of all outlets but one."""
    out = {each.key for each in articles if each.outlet == left_out}
    labels = twicetold.read_labels(CORPUS / "gold.csv")
    story = {key: label for key, label in labels.story.items() if key not in out}
    with twicetold.Index.in_memory() as index:
        twicetold.run(index, articles)
        measures = twicetold.evaluate(index, labels._replace(story=story)).measures
    return measures[0].f1


def _stubs(count: int) -> Stubs:
    draw, start = random.Random(5), datetime(2026, 2, 1, tzinfo=UTC)
    words = ["".join(draw.choices(string.ascii_lowercase, k=8)) for _ in range(30_000)]
    articles = [
        Article(
            outlet=f"Paper {number % 12}",
            title=" ".join(draw.choices(words, k=6)).capitalize(),
            body=STUB,
            lang="en",
            published=start + timedelta(minutes=number * 14_400 / count),
        )
        for number in range(count)
    ]
    with twicetold.Index.in_memory() as index:
        began = perf_counter()
        twicetold.run(index, articles)
        seconds = perf_counter() - began
        sql = "select max(articles) from stories"
        (largest,) = index.connection.execute(sql).fetchone()
    return Stubs(count, largest, seconds, 1_000 * seconds / count)


if __name__ == "__main__":
    main()

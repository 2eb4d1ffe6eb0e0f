"""Does the four hundredth night cost more than the first, and is the index still right?

    python benchmarks/nights.py FILE.jsonl [NIGHTS [ARTICLES]]

FILE holds dated articles, such as the 21,578 wire reports of 1987; they are used again and again,
as in growth.py, ARTICLES each night. Added to them are copies by another outlet, with a paragraph
left out; new versions; reports that come some nights late; a notice that is the same every night;
and a template with other figures each night. At the end `check` checks the index, and `rebuild`
must find the same stories, copy groups and links.
"""

import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from growth import epoch_of, read_dated
from tabulate import tabulate

import twicetold

START = datetime(2025, 1, 1, tzinfo=UTC)
ROWS = 8  # of the table
COPIED, UPDATED, LATE = 0.05, 0.01, 0.02  # shares of a night's articles
MOST_LATE = 3  # nights
NOTICE = "Our offices are closed tonight. Readers can reach the night desk by telephone. " * 3
RESULT = (  # named by the lead articles of stories and copy groups: numbers may change
    "select articles.key, lead.key, origin.key from articles"
    " join stories on stories.id = articles.story_id"
    " join articles as lead on lead.id = lead_article_id"
    " left join copy_groups on copy_groups.id = articles.copy_group_id"
    " left join articles as origin on origin.id = origin_article_id order by 1",
    "select one.key, other.key, kind, probability from links join articles as one on one.id = a"
    " join articles as other on other.id = b order by 1, 2",
    "select key, stories.title, articles, outlets, cohesion from stories"
    " join articles on articles.id = lead_article_id order by 1",
)
TEMPLATE = (
    "Shr {} cts vs {} cts\n\nNet {} mln vs {} mln\n\nRevs {} mln vs {} mln\n\nAvg shrs {} mln"
)


def main(file: Path, nights: int, articles: int) -> None:
    """Print a row for each part of the nights, and whether the index is right at the end."""
    wires = read_dated(file)
    times: list[float] = []
    rows = []
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "index.db"
        for number, night in enumerate(arriving(wires, nights, articles), 1):
            start = time.perf_counter()
            with twicetold.Index.open(path, create=True) as index:
                counts = twicetold.run(index, night, now=START + timedelta(days=number))
            times.append(time.perf_counter() - start)
            if number % max(nights // ROWS, 1) == 0:
                rows.append(row(path, number, times[-max(nights // ROWS, 1) :], counts))
                print(tabulate(rows, headers="keys", floatfmt=",.2f", intfmt=","), flush=True)
        with twicetold.Index.open(path) as index:
            broken = [checked.rule for checked in twicetold.check(index) if checked.broken]
            before = result(path)
            twicetold.rebuild(index)
        print(f"check: {', '.join(broken) or 'nothing found'}")
        print(f"rebuild: {'the same' if result(path) == before else 'NOT THE SAME'}")


def result(path: Path) -> list[list[tuple[object, ...]]]:
    """Return stories, origins of copies, and links."""
    with closing(sqlite3.connect(path)) as db:
        return [db.execute(sql).fetchall() for sql in RESULT]


def row(path: Path, number: int, times: list[float], counts: twicetold.Counts) -> dict[str, float]:
    """Return what the last nights cost."""
    return {
        "night": number,
        "seconds, median": statistics.median(times),
        "slowest": max(times),
        "links of the last night": counts.links,
        "index, MB": path.stat().st_size / 1e6,
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def arriving(
    wires: list[twicetold.Article], nights: int, articles: int
) -> Iterator[list[twicetold.Article]]:
    """Yield the articles that arrive each night, late ones included."""
    chance = random.Random(1)
    late: dict[int, list[twicetold.Article]] = {}
    reports = endless(wires)
    for night in range(nights):
        arrived = late.pop(night, [])
        for place in range(articles):
            hour = START + timedelta(days=night, seconds=86_400 * place / articles)
            report = replace(next(reports), published=hour)
            held = chance.randint(1, MOST_LATE) if chance.random() < LATE else 0
            (late.setdefault(night + held, []) if held else arrived).append(report)
            if chance.random() < COPIED:
                arrived.append(copied(report))
            if chance.random() < UPDATED:
                late.setdefault(night + 1, []).append(updated(report))
        yield [*arrived, *every_night(night, chance)]


def endless(wires: list[twicetold.Article]) -> Iterator[twicetold.Article]:
    """Yield the articles again and again, each time in other words."""
    epoch = 0
    while True:
        yield from epoch_of(wires, epoch)
        epoch += 1


def copied(report: twicetold.Article) -> twicetold.Article:
    """Return the same text by another outlet, an hour later, without its last paragraph."""
    assert report.published is not None
    text = report.body.rpartition("\n")[0] or report.body
    hour = report.published + timedelta(hours=1)
    return replace(report, id=f"{report.id}-copy", outlet="copyist", body=text, published=hour)


def updated(report: twicetold.Article) -> twicetold.Article:
    """Return a new version of a report, a paragraph longer."""
    assert report.published is not None
    text = f"{report.body}\n\nThe report was corrected after publication, the desk said."
    return replace(report, body=text, updated=report.published + timedelta(hours=12))


def every_night(night: int, chance: random.Random) -> list[twicetold.Article]:
    """Return a notice that never changes, and a template with other figures."""
    figures = [chance.randint(10, 9_999) for _ in range(TEMPLATE.count("{}"))]
    return [
        twicetold.Article(
            id=f"{name}-{night}",
            outlet="unknown",
            title=title,
            body=body,
            lang="en",
            published=START + timedelta(days=night, hours=18),
        )
        for name, title, body in (
            ("notice", "Notice to our readers", NOTICE),
            ("template", "Quarterly results", TEMPLATE.format(*figures)),
        )
    ]


if __name__ == "__main__":
    numbers = [int(number) for number in sys.argv[2:]]
    main(Path(sys.argv[1]), *(numbers + [400, 500][len(numbers) :]))

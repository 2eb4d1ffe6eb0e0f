"""How long does an answer take? `match` and `why`, the first question and later ones.

    python benchmarks/questions.py FILE.jsonl [ARTICLES_A_DAY ...]

FILE holds dated articles, such as the 21,578 wire reports of 1987. They are laid end to end, so
many a day, for twelve days; when they run out they come again with their longer words spelled
anew. Questions are about the last day. The first one reads and weighs its surroundings, ten days;
later ones find that done. All in this process and one thread; medians.
"""

import os

# before numpy is imported: its libraries look only once
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from growth import anew
from tabulate import tabulate

import twicetold

A_DAY = (500, 5_000)
DAYS = 12
START = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = 3  # times that an index is opened anew
LATER = 60  # questions

Row = dict[str, str]


def main(file: Path, paces: list[int]) -> None:
    """Print a row for each kind of question and number of articles a day."""
    items = twicetold.read_articles(
        [str(file)], defaults=twicetold.Defaults(outlet="unknown", lang="en")
    )
    wires = [item for item in items if isinstance(item, twicetold.Article) and item.published]
    wires.sort(key=lambda one: (one.published, one.id))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        for pace in paces:
            path = Path(place) / f"{pace}.db"
            with twicetold.Index.open(path, create=True) as index:
                twicetold.run(index, laid(wires, pace, DAYS))
            rows += measured(path, list(laid(wires, pace, DAYS + 1))[DAYS * pace :], pace)
            print(tabulate(rows, headers="keys", disable_numparse=True, stralign="right"), "\n")


def laid(wires: list[twicetold.Article], pace: int, days: int) -> Iterator[twicetold.Article]:
    """So many articles on each of some days."""
    for number in range(pace * days):
        epoch, one = number // len(wires), wires[number % len(wires)]
        mark = chr(ord("a") + epoch % 26) * 2 if epoch else ""
        yield replace(
            one,
            id=f"{epoch}-{one.id}",
            title=anew(one.title, mark),
            body=anew(one.body, mark),
            published=(START + timedelta(days=number / pace)).replace(microsecond=0),
        )


def measured(path: Path, coming: list[twicetold.Article], pace: int) -> Iterator[Row]:
    """A row for each kind of question."""
    last = START + timedelta(days=DAYS, hours=-1)
    drafts = [
        replace(one, id="", published=last) for one in coming[:: max(len(coming) // LATER, 1)]
    ]
    with twicetold.Index.open(path) as index:
        db, day = index.connection, last.date().isoformat()
        linked = db.execute(
            "select a, b from links join articles on articles.id = b where published >= ?"
            " and kind = 'story' order by a * 7919 % 1009, b limit ?",
            (day, LATER),
        ).fetchall()
        ids = [id for (id,) in db.execute("select id from articles where published >= ?", (day,))]
    chosen = random.Random(1)
    unlinked = [tuple(chosen.sample(ids, 2)) for _ in range(LATER)]
    for name, questions, ask in (
        ("match", drafts, lambda index, draft: twicetold.match(index, [draft])),
        ("why, linked", linked, lambda index, pair: twicetold.why(index, *map(str, pair))),
        ("why, unlinked", unlinked, lambda index, pair: twicetold.why(index, *map(str, pair))),
    ):
        first, later = spent(path, questions, ask)
        yield {
            "articles a day": f"{pace:,}",
            "question": name,
            "first, ms": f"{first:,.0f}",
            "later, ms": f"{statistics.median(later):,.1f}",
            "9 of 10 within, ms": f"{statistics.quantiles(later, n=10)[-1]:,.1f}",
        }


def spent(
    path: Path, questions: list, ask: Callable[[twicetold.Index, object], object]
) -> tuple[float, list[float]]:
    """Milliseconds of a first question, the median of some, and of each later one."""
    first: list[float] = []
    for _ in range(FIRST):
        with twicetold.Index.open(path) as index:
            all_of_them = [timed(lambda: ask(index, one)) for one in questions]  # noqa: B023
        first.append(all_of_them[0])
    return statistics.median(first), all_of_them[1:]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(pace) for pace in sys.argv[2:]] or list(A_DAY))

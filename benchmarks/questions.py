"""How long do `match` and `why` take, and the questions of docs/sql.md?

    python benchmarks/questions.py FILE.jsonl [ARTICLES_A_DAY ...]
    python benchmarks/questions.py --sql FILE.jsonl

FILE holds dated articles, such as the 21,578 wire reports of 1987. They are spread over twelve
days, ARTICLES_A_DAY on each; when they run out, they are used again with their longer words
changed. The questions are about the last day. The first one reads and weights its context of ten
days, later ones find it in the cache. One process, one thread, medians.

--sql asks the questions in SQL, of an index of 200,000 articles by sixty outlets, a third of them
by one; making it takes some minutes.
"""

import os

# before numpy is imported: its libraries read these only once
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from growth import read_dated, reword
from tabulate import tabulate

import twicetold
from twicetold.index.questions import questions

ARTICLES_A_DAY = (500, 5_000)
DAYS = 12
START = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = 3  # times that the index is opened again
LATER = 60  # questions

OUTLETS = 60
SQL_DAYS = 120
SQL_PACE = 1_667  # articles a day: 200,040 in all

Row = dict[str, str]
Question = Callable[[twicetold.Index], object]


def main(file: Path, paces: list[int]) -> None:
    """Print a row for each kind of question and number of articles a day."""
    wires = read_dated(file, lang="en")
    wires.sort(key=lambda wire: (wire.published or START, wire.id))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        for pace in paces:
            path = Path(place) / f"{pace}.db"
            with twicetold.Index.open(path, create=True) as index:
                twicetold.run(index, spread(wires, pace, DAYS))
            coming = list(spread(wires, pace, DAYS + 1))[DAYS * pace :]
            rows += measure(path, coming, pace)
            print(tabulate(rows, headers="keys", disable_numparse=True, stralign="right"), "\n")


def spread(wires: list[twicetold.Article], pace: int, days: int) -> Iterator[twicetold.Article]:
    """Yield `pace` articles on each of some days."""
    for number in range(pace * days):
        epoch, one = number // len(wires), wires[number % len(wires)]
        mark = chr(ord("a") + epoch % 26) * 2 if epoch else ""
        yield replace(
            one,
            id=f"{epoch}-{one.id}",
            title=reword(one.title, mark),
            body=reword(one.body, mark),
            published=(START + timedelta(days=number / pace)).replace(microsecond=0),
        )


def measure(path: Path, coming: list[twicetold.Article], pace: int) -> Iterator[Row]:
    """Yield a row for each kind of question."""
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
    chance = random.Random(1)
    unlinked = [chance.sample(ids, 2) for _ in range(LATER)]
    questions: dict[str, list[Question]] = {
        "match": [partial(twicetold.match, items=draft) for draft in drafts],
        "why, linked": [partial(twicetold.why, a=a, b=b) for a, b in linked],
        "why, unlinked": [partial(twicetold.why, a=a, b=b) for a, b in unlinked],
    }
    for name, asked in questions.items():
        if len(asked) < 3:
            continue
        first, later = milliseconds(path, asked)
        yield {
            "articles a day": f"{pace:,}",
            "question": name,
            "first, ms": f"{first:,.0f}",
            "later, ms": f"{statistics.median(later):,.1f}",
            "9 of 10 within, ms": f"{statistics.quantiles(later, n=10)[-1]:,.1f}",
        }


def milliseconds(path: Path, questions: list[Question]) -> tuple[float, list[float]]:
    """Return the time of a first question, the median of several, and of each later one."""
    first: list[float] = []
    for _ in range(FIRST):
        with twicetold.Index.open(path) as index:
            times = [time_of(question, index) for question in questions]
        first.append(times[0])
    return statistics.median(first), times[1:]


def time_of(question: Question, index: twicetold.Index) -> float:
    """Return the milliseconds of a question."""
    start = time.perf_counter()
    question(index)
    return 1000 * (time.perf_counter() - start)


def main_sql(file: Path) -> None:
    """Print a row for each question in SQL."""
    wires = read_dated(file, lang="en")
    wires.sort(key=lambda wire: (wire.published or START, wire.id))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "news.db"
        with twicetold.Index.open(path, create=True) as index:
            twicetold.run(index, of_outlets(spread(wires, SQL_PACE, SQL_DAYS)))
        with twicetold.Index.open(path) as index:
            rows = list(measure_sql(index.connection))
    print(tabulate(rows, headers="keys", disable_numparse=True, stralign="right"))


def of_outlets(articles: Iterator[twicetold.Article]) -> Iterator[twicetold.Article]:
    """Yield articles of sixty outlets; the first one has a third of them."""
    for number, each in enumerate(articles):
        yield replace(each, outlet=f"Outlet {number * 7919 % OUTLETS if number % 3 else 0}")


def measure_sql(db: sqlite3.Connection) -> Iterator[Row]:
    """Yield a row for each question in SQL."""
    twicetold.register(db)
    day = (START + timedelta(days=SQL_DAYS - 3)).date().isoformat()
    (story, article), *_ = db.execute(
        "select id, lead_article_id from stories where articles < 20"
        " order by articles desc, id limit 1"
    )
    values = {
        "outlet": "Outlet 0",
        "day": day,
        "story": story,
        "article": article,
        "words": "reagan dollar",
        "text": "Oil prices rise",
        "run": 1,
    }
    for question in questions():
        sql = question.sql.replace("2026-02-05", day)
        times = []
        for _ in range(FIRST + 2):
            start = time.perf_counter()
            db.execute(sql, values).fetchall()
            times.append(1000 * (time.perf_counter() - start))
        yield {
            "question": question.name,
            "first, ms": f"{times[0]:,.1f}",
            "later, ms": f"{statistics.median(times[1:]):,.1f}",
            "reads": question.reads.replace("\n", " "),
        }


if __name__ == "__main__":
    if sys.argv[1] == "--sql":
        main_sql(Path(sys.argv[2]))
        sys.exit()
    main(Path(sys.argv[1]), [int(pace) for pace in sys.argv[2:]] or list(ARTICLES_A_DAY))

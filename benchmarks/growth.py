"""Does the cost of a nightly run depend on the night, or on the size of the archive?

    python benchmarks/growth.py FILE.jsonl [SIZE ...]

FILE holds dated articles, such as the 21,578 wire reports of 1987. An index is filled with them
again and again, three hundred days later each time, with their longer words and all figures
changed, so that no copies are found between two rounds. At each SIZE, a night of 5,000 more
articles is run on a copy of the index, as a process of its own, and its stories are listed.
"""

import json
import random
import re
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from tabulate import tabulate

import twicetold

SIZES = (20_000, 200_000, 1_000_000)
NIGHT = 5_000
APART = timedelta(days=300)
LONG = r"[A-Za-z]{6,}"  # a word that is changed
DIGITS = "0123456789"
REPEATS = 15  # of a question


def main(file: Path, sizes: list[int]) -> None:
    """Print a row for each size."""
    wires = read_dated(file)
    rows = []
    with tempfile.TemporaryDirectory() as place:
        path, epoch = Path(place) / "index.db", 0
        for size in sizes:
            while count_articles(path) < size:
                with twicetold.Index.open(path, create=True) as index:
                    twicetold.run(index, epoch_of(wires, epoch))
                epoch += 1
            rows.append(measure(path, wires, epoch, Path(place)))
            print(tabulate(rows, headers="keys", floatfmt=",.1f", intfmt=","), flush=True)


def read_dated(file: Path, lang: str = "") -> list[twicetold.Article]:
    """Return the articles of a file that have a time."""
    items = twicetold.read_articles(file, outlet="unknown", lang=lang)
    return [item for item in items if isinstance(item, twicetold.Article) and item.published]


def epoch_of(wires: list[twicetold.Article], epoch: int) -> Iterator[twicetold.Article]:
    """Yield all articles, later and in other words."""
    mark = chr(ord("a") + epoch % 26) + chr(ord("a") + epoch // 26)
    digits = str.maketrans(DIGITS, "".join(random.Random(epoch).sample(DIGITS, len(DIGITS))))
    for one in wires:
        assert one.published is not None
        yield replace(
            one,
            id=f"{epoch}-{one.id}",
            title=reword(one.title, mark, digits),
            body=reword(one.body, mark, digits),
            published=one.published + epoch * APART,
        )


def reword(text: str, mark: str, digits: Mapping[int, int] = MappingProxyType({})) -> str:
    """Return the text with `mark` added to its longer words, and its digits replaced."""
    return re.sub(LONG, rf"\g<0>{mark}", text).translate(dict(digits))


def count_articles(path: Path) -> int:
    """Return how many articles are in an index."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("select count(*) from articles").fetchone()[0])


def measure(
    path: Path, wires: list[twicetold.Article], epoch: int, place: Path
) -> dict[str, float]:
    """Return what a night of 5,000 on a copy of the index takes, and a list of stories."""
    night, copy = place / "night.jsonl", place / "copy.db"
    last = max(one.published for one in epoch_of(wires, epoch - 1) if one.published)
    with night.open("w", encoding="utf-8") as out:
        for one in list(epoch_of(wires, epoch))[:NIGHT]:
            record = {"id": one.id, "outlet": one.outlet, "title": one.title, "body": one.body}
            record |= {"lang": one.lang, "published": (last + timedelta(days=1)).isoformat()}
            out.write(json.dumps(record) + "\n")
    shutil.copy(path, copy)
    start = time.perf_counter()
    run = [sys.executable, "-m", "twicetold", "run", str(copy), str(night)]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of the largest so far
    row: dict[str, float] = {
        "articles": count_articles(path),
        "night, s": seconds,
        "peak, MB": peak,
    }
    row |= kilobytes(path)
    with twicetold.Index.open(copy) as index:
        since = (last - timedelta(days=1)).strftime("%Y-%m-%d")
        row["stories, ms"] = median(lambda: twicetold.stories(index, since=since))
    return row


def median(ask: Callable[[], object]) -> float:
    """Return the median milliseconds of a question."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def kilobytes(path: Path) -> dict[str, float]:
    """Return the size of an index for each article, and without texts and their search."""
    with closing(sqlite3.connect(path)) as db:
        (articles,) = db.execute("select count(*) from articles").fetchone()
        (text,) = db.execute("select sum(length(title) + length(body)) from articles").fetchone()
        (search,) = db.execute(
            "select sum(pgsize) from dbstat where name like 'articles_fts%'"
        ).fetchone()
    whole = path.stat().st_size
    return {
        "KB per article": whole / articles / 1000,
        "without text and search": (whole - text - search) / articles / 1000,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or list(SIZES))

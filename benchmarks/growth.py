"""Does a night cost what the night brings, or what the archive holds?

    python benchmarks/growth.py FILE.jsonl [SIZE ...]

FILE holds dated articles, such as the 21,578 wire reports of 1987. An index is grown from them:
they come again and again, three hundred days later each time, with their longer words spelled anew
and other figures, so that copies are found within a time and not across. At each size a night of
5,000 more is run on a copy of it, as a process of its own, and its stories are listed. What other
questions take is told by questions.py.
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
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tabulate import tabulate

import twicetold

SIZES = (20_000, 200_000, 1_000_000)
NIGHT = 5_000
APART = timedelta(days=300)
LONG = r"[A-Za-z]{6,}"  # a word that is spelled anew
DIGITS = "0123456789"
ASKED = 15  # times


def main(file: Path, sizes: list[int]) -> None:
    """Print a row a size."""
    items = twicetold.read_articles([str(file)], defaults=twicetold.Defaults(outlet="unknown"))
    wires = [item for item in items if isinstance(item, twicetold.Article) and item.published]
    rows = []
    with tempfile.TemporaryDirectory() as place:
        path, epoch = Path(place) / "index.db", 0
        for size in sizes:
            while held(path) < size:
                with twicetold.Index.open(path, create=True) as index:
                    twicetold.run(index, epoch_of(wires, epoch))
                epoch += 1
            rows.append(measured(path, wires, epoch, Path(place)))
            print(tabulate(rows, headers="keys", floatfmt=",.1f", intfmt=","), flush=True)


def epoch_of(wires: list[twicetold.Article], epoch: int) -> Iterator[twicetold.Article]:
    """All articles, later and in other words."""
    mark = chr(ord("a") + epoch % 26) + chr(ord("a") + epoch // 26)
    digits = str.maketrans(DIGITS, "".join(random.Random(epoch).sample(DIGITS, len(DIGITS))))
    for one in wires:
        assert one.published is not None
        yield replace(
            one,
            id=f"{epoch}-{one.id}",
            title=anew(one.title, mark, digits),
            body=anew(one.body, mark, digits),
            published=one.published + epoch * APART,
        )


def anew(text: str, mark: str, digits: dict[int, int]) -> str:
    """The text with its longer words spelled anew, and other figures."""
    return re.sub(LONG, rf"\g<0>{mark}", text).translate(digits)


def held(path: Path) -> int:
    """How many articles are in an index."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("select count(*) from articles").fetchone()[0])


def measured(
    path: Path, wires: list[twicetold.Article], epoch: int, place: Path
) -> dict[str, float]:
    """A night of 5,000 on a copy of the index; and questions to it."""
    night, copy = place / "night.jsonl", place / "copy.db"
    last = max(one.published for one in epoch_of(wires, epoch - 1) if one.published)
    with night.open("w", encoding="utf-8") as out:
        for one in list(epoch_of(wires, epoch))[:NIGHT]:
            row = {"id": one.id, "outlet": one.outlet, "title": one.title, "body": one.body}
            row |= {"lang": one.lang, "published": (last + timedelta(days=1)).isoformat()}
            out.write(json.dumps(row) + "\n")
    shutil.copy(path, copy)
    start = time.perf_counter()
    run = [sys.executable, "-m", "twicetold", "run", str(copy), str(night)]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of the largest so far
    told = {"articles": held(path), "night, s": seconds, "peak, MB": peak} | size_of(path)
    with twicetold.Index.open(copy) as index:
        since = (last - timedelta(days=1)).strftime("%Y-%m-%d")
        told["stories, ms"] = median(lambda: twicetold.stories(index, since=since))
    return told


def median(ask: Callable[[], object]) -> float:
    """Milliseconds of a question."""
    spent = []
    for _ in range(ASKED):
        start = time.perf_counter()
        ask()
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent)


def size_of(path: Path) -> dict[str, float]:
    """Bytes an article: all of it, and what is neither its text nor its search."""
    with closing(sqlite3.connect(path)) as db:
        (articles,) = db.execute("select count(*) from articles").fetchone()
        (text,) = db.execute("select sum(length(title) + length(body)) from articles").fetchone()
        (search,) = db.execute(
            "select sum(pgsize) from dbstat where name like 'articles_fts%'"
        ).fetchone()
    whole = path.stat().st_size
    return {
        "KB an article": whole / articles / 1000,
        "beyond text and search": (whole - text - search) / articles / 1000,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or list(SIZES))

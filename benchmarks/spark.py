"""How do the stages on Spark compare with Spark's own MinHashLSH, and with one machine?

    python benchmarks/spark.py peers [ARTICLES]      Spark's own self-join, and `twicetold run`
    python benchmarks/spark.py growth [ARTICLES...]  more and more days, then one day added to them
    python benchmarks/spark.py bucket [ARTICLES]     one text again and again, beside different ones

Everything runs in local[2]; starting Spark and making the articles is not counted. The articles are
made up: 400 words each, of a vocabulary with the frequencies of a language; four in ten report an
event that others report, too, and one in ten is a copy, most of them cut.
"""

import math
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from tabulate import tabulate

import twicetold
from twicetold.sources.tables_of_spark import SparkTables
from twicetold.spark import add_days, open_session, run

WORDS = 400  # of an article
DAYS = 30
VOCABULARY = 60_000
LETTERS = np.array(list("etaoinshrdlucmfwypvbgk"))
START = np.datetime64("2026-01-01T00:00:00")
COPIES, REPORTS = 0.1, 0.4  # shares of the articles
EVENT_WORDS = 60  # words of a report that its event is about
NOW = "2027-11-27T12:00:00Z"
NEAREST = 0.5  # distance of Spark's own join
TABLES = 5  # of Spark's own hashes
CONF = {"spark.driver.memory": "8g"}


class Newsroom:
    """Makes articles up."""

    def __init__(self, seed: int = 1) -> None:
        self.random = np.random.default_rng(seed)
        sizes = self.random.integers(3, 11, VOCABULARY)
        words = sorted({"".join(self.random.choice(LETTERS, size)) for size in sizes.tolist()})
        self.random.shuffle(words)
        self.words = words
        frequency = 1 / np.arange(2, len(words) + 2) ** 1.05
        self.cumulated = np.cumsum(frequency / frequency.sum())

    def draw(self, number: int) -> list[str]:
        """Return words as a language has them."""
        places = np.searchsorted(self.cumulated, self.random.random(number))
        return [self.words[place] for place in places.clip(0, len(self.words) - 1).tolist()]

    def sentences(self, event: list[str]) -> list[str]:
        """Return the sentences of a report."""
        words = self.draw(WORDS)
        if event:
            for place in self.random.choice(WORDS, EVENT_WORDS, replace=False).tolist():
                words[place] = event[self.random.integers(len(event))]
        ends = np.cumsum(self.random.integers(12, 26, WORDS // 12))
        parts = zip([0, *ends.tolist()], [*ends.tolist(), WORDS], strict=True)
        return [
            " ".join(words[start:end]).capitalize() + "." for start, end in parts if start < WORDS
        ]

    def articles(self, number: int, days: int) -> Iterator[dict[str, Any]]:
        """Yield articles in the order of their days."""
        recent: list[tuple[str, list[str]]] = []
        for day in range(days):
            size = number // days
            events = [
                [word.capitalize() for word in self.draw(40)] for _ in range(max(size // 12, 1))
            ]
            for place in range(size):
                if recent and self.random.random() < COPIES:
                    title, body = recent[self.random.integers(len(recent))]
                    body = body[: -self.random.integers(1, 4)] + self.sentences([])[:1]
                else:
                    is_report = self.random.random() < REPORTS
                    event = events[self.random.integers(len(events))] if is_report else []
                    body = self.sentences(event)
                    title = " ".join([*event[:4], *self.draw(5)]).capitalize()
                recent = [*recent[-2 * size :], (title, body)] if place % 7 == 0 else recent
                moment = START + np.timedelta64(
                    86_400 * day + int(self.random.integers(86_400)), "s"
                )
                yield {
                    "id": f"{day}-{place}",
                    "outlet": f"Outlet {self.random.integers(200)}",
                    "title": title,
                    "body": "\n\n".join(" ".join(body[i : i + 4]) for i in range(0, len(body), 4)),
                    "published": f"{moment}Z",
                    "lang": "en",
                }


def identical(number: int) -> Iterator[dict[str, Any]]:
    """Yield one text again and again, over the days."""
    body = "\n\n".join(Newsroom().sentences([]))
    for place in range(number):
        moment = START + np.timedelta64(place * DAYS * 86_400 // number, "s")
        record = {"id": str(place), "outlet": f"Outlet {place % 900}", "title": "The same text"}
        yield record | {"body": body, "published": f"{moment}Z", "lang": "en"}


def write(articles: Iterator[dict[str, Any]], path: Path) -> Path:
    """Write articles as Parquet."""
    pyarrow.parquet.write_table(pa.Table.from_pylist(list(articles)), path, row_group_size=5_000)
    return path


class Memory:
    """The most memory that a Python worker of Spark took, while this is open."""

    def __enter__(self) -> "Memory":
        self.most, self.is_open = 0, True
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.is_open = False

    def _watch(self) -> None:
        while self.is_open:
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    is_ours = b"BENCHMARK_OF_SPARK" in (process / "environ").read_bytes()
                    if is_ours and b"pyspark.daemon" in (process / "cmdline").read_bytes():
                        pages = int((process / "statm").read_text().split()[1])
                        self.most = max(self.most, pages * 4096 // 1_000_000)
                except OSError:  # it has ended
                    continue
            time.sleep(0.2)


def on_spark(session: Any, path: Path, out: Path, work: Any = run) -> dict[str, float]:
    """Return the seconds of the stages, and the memory of the largest worker."""
    with Memory() as memory:
        start = time.perf_counter()
        result = work(session, session.read.parquet(str(path)), str(out), now=NOW)
        seconds = time.perf_counter() - start
    return {**result.record.seconds, "all": seconds, "MB": memory.most}


def sparks_own(session: Any, path: Path) -> tuple[float, int]:
    """Return the seconds of the self-join of Spark's own MinHashLSH, and its pairs."""
    from pyspark.ml.feature import HashingTF, MinHashLSH, NGram, RegexTokenizer

    start = time.perf_counter()
    frame = session.read.parquet(str(path)).select("id", "body").repartition(8)
    frame = RegexTokenizer(inputCol="body", outputCol="words", pattern="\\W+").transform(frame)
    frame = NGram(n=5, inputCol="words", outputCol="shingles").transform(frame)
    hashing = HashingTF(inputCol="shingles", outputCol="vector", numFeatures=1 << 20, binary=True)
    vectors = hashing.transform(frame).select("id", "vector")
    lsh = MinHashLSH(inputCol="vector", outputCol="hashes", numHashTables=TABLES, seed=1)
    joined = lsh.fit(vectors).approxSimilarityJoin(vectors, vectors, NEAREST, "distance")
    pairs = joined.where("datasetA.id < datasetB.id").count()
    return time.perf_counter() - start, pairs


def on_one_machine(path: Path, place: Path) -> tuple[float, list[list[str]], list[list[str]]]:
    """Return the seconds of a run on one machine, its copy groups and its stories."""
    with twicetold.Index.open(place, create=True) as index:
        start = time.perf_counter()
        twicetold.run(index, twicetold.read_articles(path), now=NOW)
        seconds = time.perf_counter() - start
        rows = list(index.db.query("select key, copy_group_id, story_id from articles"))
    groups, stories = (
        sets_of((row["key"], row[name]) for row in rows) for name in ("copy_group_id", "story_id")
    )
    return seconds, groups, stories


def sets_of(pairs: Iterator[tuple[str, int | None]]) -> list[list[str]]:
    """Return the keys that have the same number."""
    sets: dict[int, list[str]] = {}
    for key, number in pairs:
        if number is not None:
            sets.setdefault(number, []).append(key)
    return sorted(map(sorted, sets.values()))


def peers(session: Any, folder: Path, sizes: list[int]) -> None:
    """Print the seconds to the copies, of Spark's own and of ours, and those of one machine."""
    (number,) = sizes
    path = write(Newsroom().articles(number, DAYS), folder / "news.parquet")
    own, pairs = sparks_own(session, path)
    ours = on_spark(session, path, folder / "out")
    seconds, groups, stories = on_one_machine(path, folder / "news.db")
    rows = list(SparkTables(folder / "out").rows("articles"))
    same = [
        sets_of((row["key"], row[name]) for row in rows) == expected
        for name, expected in (("copy_group_id", groups), ("story_id", stories))
    ]
    copies = ours["articles"] + ours["furniture"] + ours["copies"]
    print(tabulate([ours], headers="keys", floatfmt=".1f"))
    print(f"Spark's own: {own:.1f} s, {pairs:,} pairs of Jaccard {1 - NEAREST} or more")
    print(f"twicetold, from rows to verified copies: {copies:.1f} s, {copies / own:.2f} x")
    print(f"{len(groups):,} copy groups, the same as on one machine: {same[0]}")
    print(f"all stages on one machine: {seconds:.1f} s; Spark takes {ours['all'] / seconds:.2f} x")
    print(f"{len(stories):,} stories, the same as on one machine: {same[1]}")


def growth(session: Any, folder: Path, sizes: list[int]) -> None:
    """Print the seconds for more and more days of the same volume, and for one more day."""
    rows: list[dict[str, float]] = []
    added: list[dict[str, float]] = []
    for number in sizes:
        days = max(DAYS * number // 100_000, 1)
        day = number // days
        articles = Newsroom().articles(day * (days + 1), days + 1)
        path = write(islice(articles, day * days), folder / "days.parquet")
        row = {"size": day * days, **on_spark(session, path, folder / "out")}
        if rows:
            more = row["size"] / rows[-1]["size"]
            row["exponent"] = math.log(row["all"] / rows[-1]["all"]) / math.log(more)
        rows.append(row)
        path = write(articles, folder / "day.parquet")
        added.append({"size": day, **on_spark(session, path, folder / "out", add_days)})
        for table in (rows, added):
            print(tabulate(table, headers="keys", floatfmt=".2f", intfmt=","), flush=True)


def bucket(session: Any, folder: Path, sizes: list[int]) -> None:
    """Print the seconds for one text again and again, and for as many different ones."""
    (number,) = sizes
    made = {"different": Newsroom().articles(number, DAYS), "identical": identical(number)}
    rows = []
    for name, articles in made.items():
        path = write(articles, folder / f"{name}.parquet")
        rows.append({"texts": name, **on_spark(session, path, folder / name)})
    print(tabulate(rows, headers="keys", floatfmt=".1f"))


WORK = {"peers": peers, "growth": growth, "bucket": bucket}
SIZES = {"peers": [100_000], "growth": [25_000, 100_000, 400_000], "bucket": [50_000]}

if __name__ == "__main__":
    what, *numbers = sys.argv[1:] or [""]
    if what not in WORK or not all(number.isdecimal() for number in numbers):
        sys.exit(__doc__)
    chosen = [int(number) for number in numbers] or SIZES[what]
    os.environ["BENCHMARK_OF_SPARK"] = "1"  # by which the workers are known
    with tempfile.TemporaryDirectory() as place, open_session("local[2]", conf=CONF) as engine:
        engine.range(100).mapInArrow(lambda batches: batches, "id long").count()  # workers start
        WORK[what](engine, Path(place), chosen)

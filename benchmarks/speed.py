"""How fast is it, and how large does it get? Signatures beside their peers, a whole run, its pairs.

    python benchmarks/speed.py FILE.jsonl [--articles N]

FILE holds articles as twicetold reads them. All runs in one thread. What is compared takes turns,
and the median is told, since machines have other things to do. Absent peers are passed over.
"""

import os

# before numpy is imported: its libraries, and rensa, look only once
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1")

import json
import re
import resource
import sqlite3
import sys
import zlib
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from tabulate import tabulate

import twicetold
from twicetold.clustering import model as scoring
from twicetold.clustering import neighbours as candidates
from twicetold.clustering import pair_scoring as pairs
from twicetold.clustering import weights as weighing
from twicetold.copies import compare as copies
from twicetold.copies import minhash as signatures
from twicetold.index import windows
from twicetold.index.times import day_number
from twicetold.jobs.pipeline import BATCH, SIGNED
from twicetold.jobs.runs import ACTIVE_DAYS
from twicetold.text import cleaning as text
from twicetold.text import tokens

WORDS = 400  # of each article that is signed
ROUNDS = 5
LEAST_SECONDS = 0.5  # of a measurement: shorter work is done again and again
BLOCK_ARTICLES = 20_000  # whose pairs are scored, about as many as a run holds at once
VERIFIED = 20_000  # pairs compared exactly

Row = dict[str, str]
Strings = Iterable[list[str]]
Sign = Callable[[Strings], object]
Work = tuple[Callable[[], object], int]  # and the articles that it goes through


def main(path: str, number: int) -> None:
    """Measure, and print all tables."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "speed.db"
        # first of all: a new process inherits the peak memory of the one that starts it
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
            seconds, peak = pool.submit(whole_run, path, str(place)).result()
        texts = cut(path, number)
        print(f"from text to signatures, one core, {len(texts):,} articles of {WORDS} words\n")
        table(stages(texts))
        table(beside(texts))
        print(f"the whole run: {Path(path).name}, peak memory {peak:,.0f} MB\n")
        with twicetold.Index.open(place) as index:
            table(spent(index.connection, seconds))
            table(sizes(index.connection, place.stat().st_size))
            print("candidate pairs\n")
            table(scored(index.connection))


def table(rows: Iterable[Row]) -> None:
    """Print rows of a name and numbers, the numbers to the right."""
    rows = list(rows)
    align = ("left", *["right"] * (len(rows[0]) - 1))
    print(tabulate(rows, headers="keys", disable_numparse=True, colalign=align), "\n")


def whole_run(path: str, place: str) -> tuple[float, float]:
    """Seconds and peak MB of a run from the file to a new index, Python and libraries counted."""
    start = perf_counter()
    with twicetold.Index.open(place, create=True) as index:
        items = twicetold.read_articles([path], defaults=twicetold.Defaults(outlet="unknown"))
        twicetold.run(index, items)
    seconds = perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024  # bytes
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def cut(path: str, number: int) -> list[str]:
    """All bodies of a file, one after the other, cut anew after each 400th word."""
    items = twicetold.read_articles([path], defaults=twicetold.Defaults(outlet="unknown"))
    joined = "\n".join(item.body for item in items if isinstance(item, twicetold.Article))
    ends = [word.end() for word in re.finditer(r"\w+", joined)][WORDS - 1 :: WORDS][:number]
    return [joined[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def speed(work: Callable[[], object], articles: int) -> float:
    """Articles a second, of work that goes through so many."""
    passes, start = 0, perf_counter()
    while (seconds := perf_counter() - start) < LEAST_SECONDS:
        work()
        passes += 1
    return passes * articles / seconds


def signed(texts: list[str]) -> object:
    """From texts to buckets, as `pipeline.signed` goes."""
    found = []
    for start in range(0, len(texts), SIGNED):
        words = tokens.stream(texts[start : start + SIGNED], split_unspaced=True)
        found.append(signatures.bands(signatures.minhash(signatures.shingles(words))))
    return found


def stages(texts: list[str]) -> Iterator[Row]:
    """A row for each step of `signed`, and one for all of them."""
    words = tokens.stream(texts, split_unspaced=True)
    shingles = signatures.shingles(words)
    matrix = signatures.minhash(shingles)
    works = {
        "tokens.stream": partial(tokens.stream, texts, split_unspaced=True),
        "signatures.shingles": partial(signatures.shingles, words),
        "signatures.minhash": partial(signatures.minhash, shingles),
        "signatures.bands": partial(signatures.bands, matrix),
        "together": partial(signed, texts),
    }
    turns = [[speed(work, len(texts)) for work in works.values()] for _ in range(ROUNDS)]
    size = sum(len(one.encode()) for one in texts) / len(texts) / 1e6
    for name, speeds in zip(works, zip(*turns, strict=True), strict=True):
        found = median(speeds)
        yield {"stage": name, "articles/s": f"{found:,.0f}", "MB/s": f"{found * size:,.0f}"}


def strings(one: str) -> list[str]:
    """The shingles of a text as peers take them, in the quickest way that plain Python has."""
    words = re.findall(r"\w+", one.lower())
    return list(map(" ".join, zip(*(words[i:] for i in range(5)), strict=False)))


def one_by_one(articles: Strings) -> object:
    """datasketch as its README begins."""
    from datasketch import MinHash

    found = []
    for shingles in articles:
        minhash = MinHash(num_perm=signatures.PERMUTATIONS)
        for shingle in shingles:
            minhash.update(shingle.encode())
        found.append(minhash)
    return found


def bulk(articles: Strings, **options: object) -> object:
    """datasketch as its documentation has it for many sets."""
    from datasketch import MinHash

    encoded = ([shingle.encode() for shingle in shingles] for shingles in articles)
    return MinHash.bulk(encoded, num_perm=signatures.PERMUTATIONS, **options)


def digest_matrix(articles: Strings) -> object:
    """rensa's quickest way over all shingles; its "rho" is quicker, and leaves most of them out."""
    from rensa import RMinHash

    return RMinHash.digest_matrix_from_token_sets(articles, signatures.PERMUTATIONS, 42)


PEERS: tuple[tuple[str, Sign, int], ...] = (  # with a number of articles that takes about a second
    ("datasketch, update", one_by_one, 300),
    ("datasketch, bulk", bulk, 2_000),
    ("datasketch, bulk, crc32 for sha1", partial(bulk, hashfunc=zlib.crc32), 3_000),
    ("rensa, digest matrix", digest_matrix, 5_000),
)


def beside(texts: list[str]) -> Iterator[Row]:
    """A row for each peer: from text, and with the shingles made beforehand."""
    shingles = signatures.shingles(tokens.stream(texts, split_unspaced=True))
    ready = [strings(one) for one in texts]
    if np.diff(shingles.offsets).tolist() != [len(one) for one in ready]:
        raise SystemExit("peers would get other shingles than ours: nothing to compare")
    whole, minhash = partial(signed, texts), partial(signatures.minhash, shingles)
    for name, sign, number in PEERS:
        if find_spec(name.split(",")[0]) is None:
            print(f"{name}: passed over, it is not installed\n")
            continue
        some, made = texts[:number], ready[:number]
        # a peer's shingles are made as it asks for them, which saves memory and time
        from_text, ratio = in_turns(
            (whole, len(texts)), (lambda s=sign, t=some: s(map(strings, t)), len(some))
        )
        alone, ratio_alone = in_turns((minhash, len(texts)), (partial(sign, made), len(some)))
        yield {
            f"{len(shingles.hashes):,} shingles": name,
            "from text, articles/s": f"{from_text:,.0f}",
            "ours / theirs": f"{ratio:.1f}",
            "from shingles, articles/s": f"{alone:,.0f}",
            "our minhash / theirs": f"{ratio_alone:.2f}",
        }


def in_turns(ours: Work, theirs: Work) -> tuple[float, float]:
    """Their articles a second, and ours as a multiple of that; medians of some turns."""
    turns = [(speed(*ours), speed(*theirs)) for _ in range(ROUNDS)]
    return median(theirs for _, theirs in turns), median(ours / theirs for ours, theirs in turns)


def spent(db: sqlite3.Connection, seconds: float) -> Iterator[Row]:
    """A row for each stage of the one run of an index that took so long."""
    articles = db.execute("select count(*) from articles").fetchone()[0]
    stages = json.loads(db.execute("select seconds from runs").fetchone()[0])
    stages["reading, and the rest"] = seconds - sum(stages.values())
    stages["together"] = seconds
    for stage, share in stages.items():
        each = f"{articles / share:,.0f}" if share > 0 else ""
        yield {"stage": stage, "seconds": f"{share:.2f}", "articles/s": each}


def sizes(db: sqlite3.Connection, file: int) -> Iterator[Row]:
    """A row for the text, the file of so many bytes, and each of its tables that fills a 200th."""
    size = "select sum(length(cast(title as blob)) + length(cast(body as blob))) from articles"
    text_bytes = db.execute(size).fetchone()[0]
    parts = [("titles and bodies", text_bytes), ("index", file)]
    try:
        pages = (
            "select name, sum(pgsize) from dbstat group by 1 having sum(pgsize) > ? order by 2 desc"
        )
        parts += db.execute(pages, (file / 200,)).fetchall()
    except sqlite3.OperationalError:
        print("tables: passed over, this SQLite has no dbstat\n")
    for name, used in parts:
        yield {"on disk": name, "MB": f"{used / 1e6:.1f}", "x text": f"{used / text_bytes:.2f}"}


def scored(db: sqlite3.Connection) -> Iterator[Row]:
    """How long pairs of the first days take: to find neighbours and score them, to verify copies.

    Verified are pairs that share a bucket, some of which `pairs.evidence` compares, too.
    """
    time = "select coalesce(published, first_seen) from articles order by 1 limit ?"
    days = [day_number(row[0]) for row in db.execute(time, (BLOCK_ARTICLES,))]
    window = windows.load(db, days[0], days[-1])
    block = weighing.block(window)
    number = sum(len(evidence.a) for evidence in by_day(block))
    yield a_pair("pairs.evidence", number, lambda: list(by_day(block)))
    signed = np.flatnonzero((window.signatures != signatures.EMPTY).any(axis=1))
    bands = signatures.bands(window.signatures[signed])
    places = np.repeat(np.arange(len(bands)), bands.shape[1])
    found = candidates.in_buckets(bands.ravel(), places, len(bands))
    both = signed[np.concatenate([found.a[:VERIFIED], found.b[:VERIFIED]])]
    rows, places = np.unique(both, return_inverse=True)
    a, b = np.split(places, 2)
    titles = [window.titles[row] for row in rows]
    bodies = [text.own_words(window.bodies[row]) for row in rows]
    hours = window.hour[rows[b]] - window.hour[rows[a]]
    shingles = signatures.shingles(tokens.stream(bodies, split_unspaced=True))
    yield a_pair("copies.compare", len(a), partial(copies.compare, titles, bodies, a, b, hours))
    yield a_pair("signatures.overlap", len(a), partial(signatures.overlap, shingles, a, b))


def a_pair(name: str, number: int, work: Callable[[], object]) -> Row:
    """How long work over so many pairs takes."""
    found = median(speed(work, number) for _ in range(3))
    each = {"pairs/s": f"{found:,.0f}", "µs a pair": f"{1e6 / found:,.1f}"}
    return {"": name, "pairs": f"{number:,}", "seconds": f"{number / found:.2f}"} | each


def by_day(block: weighing.Block) -> Iterator[pairs.Evidence]:
    """The pairs of each day in its surroundings, as a run scores them."""
    day = block.window.day
    return pairs.daily(block, np.unique(day).tolist(), ACTIVE_DAYS, scoring.shipped())


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--articles", type=int, default=BATCH)
    arguments = parser.parse_args()
    main(arguments.file, arguments.articles)

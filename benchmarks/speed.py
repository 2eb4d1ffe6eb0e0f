"""How fast is a run, and how large is an index? Signatures beside their peers, a whole run, pairs.

    python benchmarks/speed.py FILE.jsonl [--articles N] [--quick]

FILE holds articles as twicetold reads them. Everything runs in one thread. Compared programs take
turns, and the median is printed, because machines are noisy. Peers that are not installed are
skipped. With --quick each measurement is short: a test that the script works, not a figure.
"""

import os

# before numpy is imported: its libraries, and rensa, read these only once
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
from twicetold.clustering.model import shipped_models
from twicetold.clustering.pair_scoring import ScoredPairs, score_day
from twicetold.clustering.term_weights import Block, count_block
from twicetold.copies.compare import compare
from twicetold.copies.lsh import pairs_in_buckets
from twicetold.copies.minhash import EMPTY, PERMUTATIONS, bands, signatures_of
from twicetold.copies.shingles import overlap, shingles
from twicetold.index import windows
from twicetold.index.settings import ACTIVE_DAYS
from twicetold.index.signing import BLOCK
from twicetold.jobs.ingest import BATCH
from twicetold.text.cleaning import own_words
from twicetold.text.tokens import stream
from twicetold.text.words import own_words_mask, read_words
from twicetold.times import day_number

WORDS = 400  # of each article that is signed
ROUNDS = 5
LEAST_SECONDS = 0.5  # of a measurement: shorter work is repeated
BLOCK_ARTICLES = 20_000  # whose pairs are scored, about as many as a run holds at once
COMPARED = 20_000  # pairs compared exactly

Row = dict[str, str]
Strings = Iterable[list[str]]
Sign = Callable[[Strings], object]
Work = tuple[Callable[[], object], int]  # with the number of articles it handles


def main(path: str, number: int) -> None:
    """Measure, and print all tables."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "speed.db"
        # first, because a new process inherits the peak memory of the one that starts it
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
            seconds, peak = pool.submit(whole_run, path, str(place)).result()
        texts = equal_texts(path, number)
        print(f"from text to signatures, one core, {len(texts):,} articles of {WORDS} words\n")
        table(stages(texts))
        table(peers(texts))
        print(f"the whole run: {Path(path).name}, peak memory {peak:,.0f} MB\n")
        with twicetold.Index.open(place) as index:
            table(stage_seconds(index.connection, seconds))
            table(sizes(index.connection, place.stat().st_size))
            print("candidate pairs\n")
            table(pair_speeds(index.connection))


def table(rows: Iterable[Row]) -> None:
    """Print rows of a name and numbers, the numbers right-aligned."""
    rows = list(rows)
    align = ("left", *["right"] * (len(rows[0]) - 1))
    print(tabulate(rows, headers="keys", disable_numparse=True, colalign=align), "\n")


def whole_run(path: str, place: str) -> tuple[float, float]:
    """Return seconds and peak MB of a run from the file to a new index, with Python itself."""
    start = perf_counter()
    with twicetold.Index.open(place, create=True) as index:
        items = twicetold.read_articles(path, outlet="unknown")
        twicetold.run(index, items)
    seconds = perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024  # bytes
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def equal_texts(path: str, number: int) -> list[str]:
    """Return texts of 400 words each, from all bodies of a file."""
    items = twicetold.read_articles(path, outlet="unknown")
    joined = "\n".join(item.body for item in items if isinstance(item, twicetold.Article))
    ends = [word.end() for word in re.finditer(r"\w+", joined)][WORDS - 1 :: WORDS][:number]
    return [joined[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def speed(work: Callable[[], object], articles: int) -> float:
    """Return the articles per second of work that handles so many."""
    passes, start = 0, perf_counter()
    while (seconds := perf_counter() - start) < LEAST_SECONDS:
        work()
        passes += 1
    return passes * articles / seconds


def sign(texts: list[str]) -> object:
    """Return the buckets of texts, in the blocks of `sign_articles`."""
    buckets = []
    for start in range(0, len(texts), BLOCK):
        words = stream(texts[start : start + BLOCK], split_unspaced=True)
        buckets.append(bands(signatures_of(shingles(words))))
    return buckets


def stages(texts: list[str]) -> Iterator[Row]:
    """Yield a row for each step of `sign`, and one for all of them."""
    words = stream(texts, split_unspaced=True)
    runs = shingles(words)
    matrix = signatures_of(runs)
    works: dict[str, Callable[[], object]] = {
        "tokens.stream": partial(stream, texts, split_unspaced=True),
        "shingles.shingles": partial(shingles, words),
        "minhash.signatures_of": partial(signatures_of, runs),
        "minhash.bands": partial(bands, matrix),
        "together": partial(sign, texts),
    }
    turns = [[speed(work, len(texts)) for work in works.values()] for _ in range(ROUNDS)]
    size = sum(len(one.encode()) for one in texts) / len(texts) / 1e6
    for name, speeds in zip(works, zip(*turns, strict=True), strict=True):
        found = median(speeds)
        yield {"stage": name, "articles/s": f"{found:,.0f}", "MB/s": f"{found * size:,.0f}"}


def strings(one: str) -> list[str]:
    """Return the shingles of a text as peers take them, in the fastest way of plain Python."""
    words = re.findall(r"\w+", one.lower())
    return list(map(" ".join, zip(*(words[i:] for i in range(5)), strict=False)))


def one_by_one(articles: Strings) -> object:
    """Sign with datasketch, as at the beginning of its README."""
    from datasketch import MinHash

    minhashes = []
    for article in articles:
        minhash = MinHash(num_perm=PERMUTATIONS)
        for shingle in article:
            minhash.update(shingle.encode())
        minhashes.append(minhash)
    return minhashes


def bulk(articles: Strings, **options: object) -> object:
    """Sign with datasketch, as its documentation recommends for many sets."""
    from datasketch import MinHash

    encoded = ([shingle.encode() for shingle in article] for article in articles)
    return MinHash.bulk(encoded, num_perm=PERMUTATIONS, **options)


def digest_matrix(articles: Strings) -> object:
    """Sign with rensa's fastest function for all shingles; its "rho" leaves most of them out."""
    from rensa import RMinHash

    matrix: object = RMinHash.digest_matrix_from_token_sets(articles, PERMUTATIONS, 42)
    return matrix


PEERS: tuple[tuple[str, Sign, int], ...] = (  # with a number of articles that takes about a second
    ("datasketch, update", one_by_one, 300),
    ("datasketch, bulk", bulk, 2_000),
    ("datasketch, bulk, crc32 for sha1", partial(bulk, hashfunc=zlib.crc32), 3_000),
    ("rensa, digest matrix", digest_matrix, 5_000),
)


def peers(texts: list[str]) -> Iterator[Row]:
    """Yield a row for each peer: from text, and with the shingles made beforehand."""
    runs = shingles(stream(texts, split_unspaced=True))
    ready = [strings(one) for one in texts]
    if np.diff(runs.offsets).tolist() != [len(one) for one in ready]:
        raise SystemExit("peers would get other shingles than ours: nothing to compare")
    whole, minhash = partial(sign, texts), partial(signatures_of, runs)
    for name, sign_by, number in PEERS:
        if find_spec(name.split(",")[0]) is None:
            print(f"{name}: skipped, it is not installed\n")
            continue
        some, made = texts[:number], ready[:number]
        # a peer's shingles are made one article at a time, which saves memory and time
        from_text, ratio = in_turns(
            (whole, len(texts)), (partial(from_texts, sign_by, some), len(some))
        )
        alone, ratio_alone = in_turns((minhash, len(texts)), (partial(sign_by, made), len(some)))
        yield {
            f"{len(runs.hashes):,} shingles": name,
            "from text, articles/s": f"{from_text:,.0f}",
            "ours / theirs": f"{ratio:.1f}",
            "from shingles, articles/s": f"{alone:,.0f}",
            "our minhash / theirs": f"{ratio_alone:.2f}",
        }


def from_texts(sign_by: Sign, texts: list[str]) -> object:
    """Sign texts with a peer."""
    return sign_by(map(strings, texts))


def in_turns(ours: Work, theirs: Work) -> tuple[float, float]:
    """Return their articles per second, and ours as a multiple of that; medians over turns."""
    turns = [(speed(*ours), speed(*theirs)) for _ in range(ROUNDS)]
    return median(theirs for _, theirs in turns), median(ours / theirs for ours, theirs in turns)


def stage_seconds(db: sqlite3.Connection, seconds: float) -> Iterator[Row]:
    """Yield a row for each stage of the only run of an index, which took `seconds`."""
    articles = db.execute("select count(*) from articles").fetchone()[0]
    stages = json.loads(db.execute("select seconds from runs").fetchone()[0])
    stages["reading, and the rest"] = seconds - sum(stages.values())
    stages["together"] = seconds
    for stage, share in stages.items():
        each = f"{articles / share:,.0f}" if share > 0 else ""
        yield {"stage": stage, "seconds": f"{share:.2f}", "articles/s": each}


def sizes(db: sqlite3.Connection, file: int) -> Iterator[Row]:
    """Yield a row for the text, the file (in bytes), and each table that fills 1/200 of it."""
    size = "select sum(length(cast(title as blob)) + length(cast(body as blob))) from articles"
    text_bytes = db.execute(size).fetchone()[0]
    parts = [("titles and bodies", text_bytes), ("index", file)]
    try:
        pages = (
            "select name, sum(pgsize) from dbstat group by 1 having sum(pgsize) > ? order by 2 desc"
        )
        parts += db.execute(pages, (file / 200,)).fetchall()
    except sqlite3.OperationalError:
        print("tables: skipped, this SQLite has no dbstat\n")
    for name, used in parts:
        yield {"on disk": name, "MB": f"{used / 1e6:.1f}", "x text": f"{used / text_bytes:.2f}"}


def pair_speeds(db: sqlite3.Connection) -> Iterator[Row]:
    """Yield a row for scoring the pairs of the first days, and for comparing texts exactly.

    Compared are pairs that share a bucket, some of which `score_day` compares too.
    """
    time = "select coalesce(published, first_seen) from articles order by 1 limit ?"
    days = [day_number(row[0]) for row in db.execute(time, (BLOCK_ARTICLES,))]
    window = windows.load(db, days[0], days[-1])
    words = read_words(window.titles, window.bodies)
    block = count_block(window, words)
    number = sum(len(scored.a) for scored in score_all(block))
    yield speed_row("score_day", number, lambda: list(score_all(block)))
    signed = np.flatnonzero((window.signatures != EMPTY).any(axis=1))
    own_bands = bands(window.signatures[signed]).astype(np.int64)
    places = np.repeat(np.arange(len(own_bands)), own_bands.shape[1])
    pairs = pairs_in_buckets(own_bands.ravel(), places, len(own_bands))
    both = signed[np.concatenate([pairs.a[:COMPARED], pairs.b[:COMPARED]])]
    rows, places = np.unique(both, return_inverse=True)
    a, b = np.split(places, 2)
    hours = window.hours_apart(rows[a], rows[b])
    some = words.take(rows)
    titles, bodies = [window.titles[row] for row in rows], [window.bodies[row] for row in rows]
    own = own_words_mask(some, titles, bodies)
    runs = shingles(stream([own_words(body) for body in bodies], split_unspaced=True))
    yield speed_row("compare", len(a), partial(compare, some, own, a, b, hours))
    yield speed_row("overlap", len(a), partial(overlap, runs, a, b))


def speed_row(name: str, number: int, work: Callable[[], object]) -> Row:
    """Return a row on how long work over so many pairs takes."""
    pairs = median(speed(work, number) for _ in range(3))
    each = {"pairs/s": f"{pairs:,.0f}", "µs per pair": f"{1e6 / pairs:,.1f}"}
    return {"": name, "pairs": f"{number:,}", "seconds": f"{number / pairs:.2f}"} | each


def score_all(block: Block) -> Iterator[ScoredPairs]:
    """Yield the scored pairs of each day, as a run scores them."""
    for day in np.unique(block.window.day).tolist():
        yield score_day(block, day, ACTIVE_DAYS, shipped_models()).pairs


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--articles", type=int, default=BATCH)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    if arguments.quick:
        ROUNDS, LEAST_SECONDS = 1, 0.01
    main(arguments.file, arguments.articles)

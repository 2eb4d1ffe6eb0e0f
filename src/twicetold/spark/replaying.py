"""Links become stories: the days are replayed, each part of the links by itself.

Links that are too weak to join stories, or to tell a round-up, tie nothing. What the others connect
is complete in itself, and headlines, which are merged by their words, are one part. The parts are
dealt out to tasks; a task replays all days of its parts at once. Start reading at `replay_days`.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from scipy import sparse

from ..arrays import BoolArray, IntArray
from ..clustering.linkage import ROUND_UP_SHARE
from ..clustering.replay import Anchors, Decisions, Replay, Ties
from ..clustering.traits import Traits
from ..clustering.window import NO_STORY, context_days, rows_of_days
from ..text.matrix import Matrix
from .changes import only_with
from .columns import LINK, PAIR, SCORED, batch, names, numbers
from .components import connected
from .row_links import links_inside, row_links_of
from .scoring import Scores
from .store import Store, each_group, with_nulls

_TASK = 50_000  # articles of a task
_MARGIN = 1e-5  # probabilities are compared in whole millionths
_HEADLINES = -1  # the part of all headlines
_TRAIT, _LINK, _STEM = "trait", "link", "stem"  # what a row of a bin is
_PLACED = f"bin int, {SCORED}"
# what a replay gives: the story of an article, or a link that contradicts a decision
_REPLAYED = "id long, story_id long, a long, b long"


class ReplayWork(NamedTuple):
    """How days are replayed."""

    days: tuple[int, ...]  # all that have articles, since 1970
    active_days: int
    cut: float
    same: tuple[tuple[int, int], ...]  # decisions, as pairs of ids
    different: tuple[tuple[int, int], ...]


class Replayed(NamedTuple):
    """What the replay of all days gives."""

    articles: DataFrame  # that were replayed: id
    stories: DataFrame  # of articles that are in no story of their own: id, story_id
    contradicted: DataFrame  # links, a and b, that decisions rule out


def replay_days(
    store: Store, copies: DataFrame, scores: Scores, work: ReplayWork, touched: DataFrame | None
) -> Replayed:
    """Return the story of each article that may share one with another.

    `copies` are the links that buckets gave. A story is named by its first article. Only parts with
    an article that was `touched` are replayed; with None, all.
    """
    tying = _tying(store, copies, scores.links, work)
    parts = connected(store, tying, "parts")
    bins = _bins(store, parts, scores.traits, touched)
    placed = _placed(store, bins, copies, scores)
    stories = each_group(placed, "bin", _replay, _REPLAYED, work=work)
    replayed = store.save("work/replayed", _REPLAYED, stories)
    stories = replayed.where("id is not null").select("id", "story_id")
    return Replayed(bins, stories, replayed.where("a is not null").select("a", "b"))


def _tying(store: Store, copies: DataFrame, links: DataFrame, work: ReplayWork) -> DataFrame:
    """Return the pairs that must be replayed together."""
    least = ROUND_UP_SHARE * work.cut - _MARGIN
    strong = links.where(F.col("probability") >= least).select("a", "b")
    tying = copies.where("kind = 'copy'").select("a", "b").union(strong)
    if work.same:
        tying = tying.union(store.session.createDataFrame(list(work.same), PAIR))
    return tying.where("a <> b")


def _bins(
    store: Store, parts: DataFrame, traits: DataFrame, touched: DataFrame | None
) -> DataFrame:
    """Save the bin of each article whose story is to be found: a bin is replayed at once."""
    is_headline = F.col("is_short") & F.col("hour").isNotNull()
    labelled = traits.join(parts, "id", "left").select(
        "id", "label", is_headline.alias("is_headline")
    )
    headlines = labelled.where("is_headline and label is not null").select("label").distinct()
    marked = labelled.join(headlines.withColumn("has_headline", F.lit(True)), "label", "left")
    merged = F.col("is_headline") | F.coalesce("has_headline", F.lit(False))
    part = F.when(merged, F.lit(_HEADLINES)).otherwise(F.col("label"))
    chosen = marked.select("id", part.cast("long").alias("part")).where("part is not null")
    chosen = store.save("work/part_of", "id long, part long", only_with(chosen, "part", touched))
    size = max(store.cores, -(-chosen.count() // _TASK))
    bin = F.when(F.col("part") == _HEADLINES, F.lit(0)).otherwise(
        F.pmod(F.hash("part"), F.lit(size)) + 1
    )
    return store.save(
        "work/bin_of", "id long, part long, bin int", chosen.withColumn("bin", bin.cast("int"))
    )


def _placed(store: Store, bins: DataFrame, copies: DataFrame, scores: Scores) -> DataFrame:
    """Return traits, links and stems, each with its bin, grouped by bin."""
    links = copies.where("kind = 'copy'").unionByName(scores.links)
    bin_of = bins.select("id", "bin")
    frames = {
        _TRAIT: scores.traits.join(bin_of, "id"),
        _LINK: links_inside(links, bins, "part").select("bin", *names(LINK)),
        _STEM: scores.stems.join(bin_of, "id"),
    }
    marked = [
        with_nulls(frame.withColumn("row_type", F.lit(row_type)), _PLACED)
        for row_type, frame in frames.items()
    ]
    return reduce(DataFrame.unionByName, marked).repartition(4 * store.cores, "bin")


def _replay(table: pa.Table, work: ReplayWork) -> pa.Table:
    """Return the stories of the articles of a bin."""
    of = {
        name: table.filter(pa.compute.equal(table["row_type"], name))
        for name in (_TRAIT, _LINK, _STEM)
    }
    articles = of[_TRAIT].sort_by("id")
    ids = articles["id"].to_numpy()
    traits = _traits(articles)
    links = of[_LINK].sort_by([("a", "ascending"), ("b", "ascending")])
    copies, new = (
        row_links_of(links.filter(pa.compute.equal(links["found_by"], found_by)), ids)
        for found_by in ("bucket", "neighbour")
    )
    decisions = Decisions(_pairs(work.same, ids), _pairs(work.different, ids))
    nothing = np.zeros(0, np.int64)
    anchors = Anchors(nothing, nothing, nothing, nothing.astype(bool))
    ties = Ties(copies, anchors, copies.select(np.zeros(len(copies.a), bool)), decisions)
    replay = Replay(traits, ties, np.zeros(len(ids), bool), work.active_days)
    stems = _StemsOfDays(of[_STEM], ids)
    dropped = []
    new = new.select(np.argsort(traits.day[new.b], kind="stable"))
    day_of_link = traits.day[new.b]
    for day in _days_to_replay(traits.day, work):
        today = new.select(np.arange(*np.searchsorted(day_of_link, (day, day + 1))))
        stay = replay.add_links(day, today)
        dropped.append(np.stack([ids[today.a[~stay]], ids[today.b[~stay]]]))
        first, end = rows_of_days(traits.day, context_days(work.active_days), day)
        replay.cluster_day(day, stems.of_day(day, first, end), work.cut)
    return pa.Table.from_batches([_result(replay, ids, dropped)])


def _result(replay: Replay, ids: IntArray, dropped: Sequence[IntArray]) -> pa.RecordBatch:
    """Return the story of each article, named by its first, and the links that were dropped."""
    rows, clusters, _ = replay.assignment()
    _, first, cluster = np.unique(clusters, return_index=True, return_inverse=True)
    a, b = np.concatenate([np.zeros((2, 0), np.int64), *dropped], axis=1)
    columns = {
        "id": [*ids[rows].tolist(), *[None] * len(a)],
        "story_id": [*ids[rows[first]][cluster].tolist(), *[None] * len(a)],
        "a": [*[None] * len(rows), *a.tolist()],
        "b": [*[None] * len(rows), *b.tolist()],
    }
    return batch(_REPLAYED, columns)


def _days_to_replay(days: IntArray, work: ReplayWork) -> Iterator[int]:
    """Yield the days on which articles of the bin are active, with or without new ones."""
    with_articles = np.unique(days)
    for day in work.days:
        place = np.searchsorted(with_articles, day, "right")
        if place and with_articles[place - 1] > day - work.active_days:
            yield day


def _traits(articles: pa.Table) -> Traits:
    hour = numbers(articles["hour"])
    marks = [_marks(articles[name]) for name in ("is_long", "is_short", "is_report")]
    day = articles["day"].to_numpy()
    return Traits(day, hour, np.full(len(day), NO_STORY), *marks)


def _marks(column: pa.ChunkedArray) -> BoolArray:
    return np.array(column.to_pylist(), bool)


def _pairs(pairs: Sequence[tuple[int, int]], ids: IntArray) -> IntArray:
    """Return the pairs of ids that are both among those of the bin, as pairs of rows."""
    row = {id: place for place, id in enumerate(ids.tolist())}
    inside = [(row[a], row[b]) for a, b in pairs if a in row and b in row]
    return np.array(inside, np.int64).reshape(-1, 2)


class _StemsOfDays:
    """The weighted stems of headlines, for each day that sees them."""

    def __init__(self, stems: pa.Table, ids: IntArray) -> None:
        stems = stems.sort_by([("day", "ascending"), ("id", "ascending")])
        self._rows = np.searchsorted(ids, stems["id"].to_numpy())
        self._day = stems["day"].to_numpy()
        self._hashes = [np.frombuffer(cell, np.uint64) for cell in stems["hashes"].to_pylist()]
        self._weights = [np.frombuffer(cell, np.float32) for cell in stems["weights"].to_pylist()]

    def of_day(self, day: int, first: int, end: int) -> Matrix:
        """Return the stems of the rows first..end - 1, (end - first, v); others than headlines
        have none."""
        places = np.arange(*np.searchsorted(self._day, (day, day + 1)))
        hashes = [np.zeros(0, np.uint64), *(self._hashes[place] for place in places)]
        weights = [np.zeros(0, np.float32), *(self._weights[place] for place in places)]
        sizes = np.zeros(end - first, np.int64)
        sizes[self._rows[places] - first] = [len(self._hashes[place]) for place in places]
        vocabulary, columns = np.unique(np.concatenate(hashes), return_inverse=True)
        offsets = np.append(0, np.cumsum(sizes))
        shape = (end - first, len(vocabulary))
        return sparse.csr_array((np.concatenate(weights), columns, offsets), shape)

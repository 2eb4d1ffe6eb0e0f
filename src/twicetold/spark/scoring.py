"""The pairs of each day are scored, block of days by block of days. Start reading at `score_days`.

A day needs the articles of its context alone, so the blocks are independent. A block is as large as
one that an index replays.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..clustering.model import Models
from ..clustering.pair_scoring import DayScores, ScoredPairs, score_day
from ..clustering.prior import Prior
from ..clustering.term_weights import Block, count_block
from ..clustering.traits import Traits, between_reports, traits_of
from ..clustering.window import Titles, Window, blocks_of_days, context_days, make_window
from ..copies.minhash import from_blobs
from ..text.furniture import Furniture
from ..text.headlines import TITLE_DAYS
from ..text.words import read_words
from .columns import LINK, PRIOR, SCORED, STEM, TRAIT, batch, names
from .store import Store, each_group

BLOCK_ARTICLES = 20_000  # of the days that a task scores; it reads the days of their context, too
_CONTEXT = (
    "block int, id long, day long, published string, lang string, outlet string, title string,"
    " body string, minhash binary"
)
_LINK, _TRAIT, _PRIOR, _STEM = "link", "trait", "prior", "stem"


class ScoringWork(NamedTuple):
    """What a task scores, and with what."""

    blocks: tuple[tuple[int, ...], ...]  # days since 1970
    active_days: int
    models: Models
    furniture: Furniture


class Scores(NamedTuple):
    """What the scoring of days gives."""

    links: DataFrame
    traits: DataFrame  # of all articles
    stems: DataFrame  # of headlines, for each day on which they are seen
    priors: DataFrame


def score_days(
    store: Store, articles: DataFrame, signatures: DataFrame, work: ScoringWork
) -> Scores:
    """Return the links of the days of blocks, and all else that their scoring gives."""
    rows = [
        (block, day, days[0] - context_days(work.active_days) < day)
        for block, days in enumerate(work.blocks)
        for day in _days_read(days, work.active_days)
    ]
    wanted = store.session.createDataFrame(rows, "block int, day long, is_read boolean")
    signed = signatures.select(F.col("article_id").alias("id"), "minhash")
    columns = ["id", "day", "published", "lang", "outlet", "title", "body"]
    texts = articles.select(*columns).join(signed, "id")
    read = texts.join(F.broadcast(wanted), "day").select(
        "block",
        *columns[:-1],
        F.when(F.col("is_read"), F.col("body")).alias("body"),
        F.when(F.col("is_read"), F.col("minhash")).alias("minhash"),
    )
    read = read.repartition(4 * max(len(work.blocks), 1), "block")
    scored = store.save(
        "work/scored", SCORED, each_group(read, "block", _score, SCORED, work=work), by="row_type"
    )
    return Scores(
        _rows_of(scored, _LINK, LINK),
        _rows_of(scored, _TRAIT, TRAIT),
        _rows_of(scored, _STEM, STEM),
        _rows_of(scored, _PRIOR, PRIOR),
    )


def blocks_of(sizes: dict[int, int], cores: int) -> tuple[tuple[int, ...], ...]:
    """Return blocks of days, given the number of articles of each day: as many for each core."""
    articles = sum(sizes.values())
    rounds = max(-(-articles // (BLOCK_ARTICLES * cores)), 1)
    return blocks_of_days(sizes, max(-(-articles // (rounds * cores)), 1))


def first_day_read(day: int, active_days: int) -> int:
    """Return the first day that the scoring of a day reads."""
    return _days_read([day], active_days)[0]


def _days_read(days: Sequence[int], active_days: int) -> range:
    """Return the days that the block of some days reads, those of titles included."""
    return range(days[0] - context_days(active_days) + 1 - TITLE_DAYS, days[-1] + 1)


def _rows_of(scored: DataFrame, row_type: str, columns: str) -> DataFrame:
    return scored.where(F.col("row_type") == row_type).select(*names(columns))


def _score(table: pa.Table, work: ScoringWork) -> pa.Table:
    """Return what the days of a block give, in the columns `SCORED`."""
    table = table.sort_by("id")
    days = work.blocks[table["block"][0].as_py()]
    window = _window(table, days[0] - context_days(work.active_days))
    words = read_words(window.titles, window.bodies, work.furniture)
    block = count_block(window, words)
    traits = traits_of(block)
    parts = [_traits(block, traits, days[0])]
    for day in days:
        scores = score_day(block, day, work.active_days, work.models)
        links = between_reports(scores.pairs, traits.is_report)
        parts += [_links(window, links, day), _prior(window, scores.prior, day)]
        parts.append(_stems(block, traits, scores, day))
    return pa.Table.from_batches(parts)


def _window(table: pa.Table, last_title_day: int) -> Window:
    """Return the window of the articles after a day; of those before, only the titles are read."""
    day = table["day"].to_numpy()
    first = int(np.searchsorted(day, last_title_day, "right"))
    before, articles = table.slice(0, first), table.slice(first)
    before_titles = Titles(*(before[name].to_pylist() for name in ("title", "outlet", "day")))
    columns = ("id", "day", "published", "lang", "outlet", "title", "body")
    ids, days, *texts = (articles[name].to_pylist() for name in columns)
    published, lang, outlets, titles, bodies = texts
    signatures = from_blobs(articles["minhash"].to_pylist())
    return make_window(
        ids, days, published, lang, outlets, titles, bodies, signatures, before_titles
    )


def _traits(block: Block, traits: Traits, first_day: int) -> pa.RecordBatch:
    rows = np.flatnonzero(traits.day >= first_day)
    columns = {
        "row_type": [_TRAIT] * len(rows),
        "day": traits.day[rows],
        "id": block.window.ids[rows],
        "headline": [block.headlines[row] for row in rows],
        "hour": pa.array(traits.hour[rows], from_pandas=True),
        "is_long": traits.is_long[rows],
        "is_short": traits.is_short[rows],
        "is_report": traits.is_report[rows],
    }
    return batch(SCORED, columns)


def _links(window: Window, links: ScoredPairs, day: int) -> pa.RecordBatch:
    measures = np.concatenate([links.overlap, links.cosines], axis=1)
    columns = {
        "row_type": [_LINK] * len(links.a),
        "day": [day] * len(links.a),
        "a": window.ids[links.a],
        "b": window.ids[links.b],
        "kind": links.kind.tolist(),
        "found_by": ["neighbour"] * len(links.a),
        "probability": links.probability,
        **{
            name: pa.array(column, from_pandas=True)  # nan: not measured
            for name, column in zip(names(LINK)[-measures.shape[1] :], measures.T, strict=True)
        },
    }
    return batch(SCORED, columns)


def _prior(window: Window, prior: Prior, day: int) -> pa.RecordBatch:
    seen = np.flatnonzero(prior.articles)
    columns = {
        "row_type": [_PRIOR] * len(seen),
        "day": [day] * len(seen),
        "lang": [window.langs[place] for place in seen],
        "articles": prior.articles[seen],
        "dated_share": prior.dated[seen],
        "undated_share": prior.undated[seen],
    }
    return batch(SCORED, columns)


def _stems(block: Block, traits: Traits, scores: DayScores, day: int) -> pa.RecordBatch:
    """Return the weighted stems of the dated headlines that a day sees."""
    seen = scores.first + np.arange(scores.stems.shape[0])
    places = np.flatnonzero(traits.is_short[seen] & ~np.isnan(traits.hour[seen]))
    stems = scores.stems[places]
    bounds = list(zip(stems.indptr[:-1].tolist(), stems.indptr[1:].tolist(), strict=True))
    hashes = block.terms.stem_hashes[stems.indices]
    columns = {
        "row_type": [_STEM] * len(places),
        "day": [day] * len(places),
        "id": block.window.ids[seen[places]],
        "hashes": [hashes[start:end].tobytes() for start, end in bounds],
        "weights": [stems.data[start:end].tobytes() for start, end in bounds],
    }
    return batch(SCORED, columns)

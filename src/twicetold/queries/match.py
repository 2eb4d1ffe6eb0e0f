"""To which story, or copies, does an article belong that is not in the index?"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np

from ..article import Article, Rejection, key
from ..clustering import neighbours as candidates
from ..clustering import pair_scoring as pairs
from ..clustering.window import Titles, Window
from ..copies import compare as copies
from ..copies import minhash as signatures
from ..errors import RejectedError
from ..index import Index, buckets, of_one_moment, windows
from ..index.articles import Signed
from ..index.times import day_number, utc
from ..jobs.pipeline import signed
from ..jobs.runs import Hearer, Settings, clock, settings_of, unheard
from ..text import cleaning as text
from .context import around, stranger

_LEAST = 0.5  # a story is named when its nearest report is more likely one event than not


class Match(NamedTuple):
    """What the index knows of one article."""

    source: str  # where it was read: 'today.jsonl:3'
    title: str
    known: int | None  # the article in the index that has its key
    copy_of: int | None  # the article most of whose text it shares
    taken_over: float | None  # share of this text that is the other's; None: that one was pruned
    story: int | None
    probability: float | None  # that it and the story's nearest report are one event
    story_title: str


def match(
    index: Index,
    items: Iterable[Article | Rejection],
    *,
    strict: bool = False,
    now: datetime | None = None,
    rejected: Hearer = unheard,
) -> list[Match]:
    """Look each article up; one without a time is compared with the news of `now`.

    With `strict`, the first rejection ends it as a RejectedError.
    """
    now, settings = now or clock(), settings_of(index)
    found = []
    for item in items:
        if isinstance(item, Rejection):
            if strict:
                raise RejectedError(item)
            rejected(item)
        else:
            found += [_match(index, one, now, settings) for one in signed([item])]
    return found


@of_one_moment
def _match(index: Index, item: Signed, now: datetime, settings: Settings) -> Match:
    article = item.article
    db = index.connection
    known = db.execute("select id from articles where key = ?", (key(article),)).fetchone()
    copy_of, taken_over = _copied(index, item, known[0] if known else None)
    story, probability = _story(index, item, now, settings)
    if copy_of is not None:
        story = db.execute("select story_id from articles where id = ?", (copy_of,)).fetchone()[0]
        probability = 1.0
    title = db.execute("select title from stories where id = ?", (story,)).fetchone()
    place = f"{article.source}:{article.line}" if article.source else ""
    return Match(
        place,
        article.title,
        known[0] if known else None,
        copy_of,
        taken_over,
        story,
        probability,
        title[0] if title else "",
    )


def _copied(index: Index, item: Signed, itself: int | None) -> tuple[int | None, float | None]:
    """The other article whose text it shares most, and the share of its own that this is."""
    if not item.buckets:
        return None, None
    ids = [id for id in buckets.in_buckets(index.connection, item.buckets) if id != itself]
    if not ids:
        return None, None
    texts = windows.texts(index.connection, ids)
    own = [text.own_words(body) for body in (*texts.bodies, item.article.body)]
    one, other = np.arange(len(ids)), np.full(len(ids), len(ids))
    hours = _hours(item.article) - texts.hour
    titles = [*texts.titles, item.article.title]
    said = copies.compare(titles, own, one, other, hours)
    kept = buckets.signature_matrix(index.connection, ids)
    matrix = np.concatenate([kept, signatures.from_blobs([item.minhash])])
    estimated = signatures.estimate(matrix, one, other)
    words = np.append(texts.words, item.words)
    known = texts.pruned & copies.by_signature(titles, words, estimated, one, other)
    shared = np.where(known, estimated, np.where(said.copy, said.overlap.jaccard, -1))
    best = int(np.argmax(shared))
    if shared[best] < 0:
        return None, None
    return ids[best], None if known[best] else float(said.overlap.b_in_a[best])


def _story(
    index: Index, item: Signed, now: datetime, settings: Settings
) -> tuple[int | None, float | None]:
    """The story of its most likely neighbour, and how likely that is."""
    day = day_number(utc(item.article.published or now) or "")
    first, last = day - 2 * settings.active_days + 1, day + settings.active_days - 1
    # so that it and `why` ask of the same days when the article is of the last one
    last = min(last, windows.newest(index.connection) or last)
    there = around(index, first, last, settings, item.lang)
    draft, _ = stranger(index, there, _alone(item, day), settings)
    near = there.among(there.near(draft), draft)
    size = len(near.window.ids)
    both = candidates.Pairs(np.arange(size), np.full(size, size))
    said = pairs.evidence(near.beside(draft), both, settings.scorer)
    probability = np.where(near.window.story > 0, said.probability, -1)
    if probability.max(initial=-1) < _LEAST:
        return None, None
    best = int(np.argmax(probability))
    return int(near.window.story[best]), float(probability[best])


def _alone(item: Signed, day: int) -> Window:
    """A window of one article that is not in the index."""
    article, none = item.article, np.zeros(1, np.int64)
    return Window(
        ids=none,
        day=np.array([day]),
        hour=np.array([_hours(article)]),
        lang=none,
        langs=(item.lang,),
        outlets=[article.outlet],
        titles=[article.title],
        bodies=[article.body],
        pending=np.ones(1, bool),
        story=none,
        group=none,
        signatures=signatures.from_blobs([item.minhash]),
        before=Titles([], [], []),
    )


def _hours(article: Article) -> float:
    return article.published.timestamp() / 3600 if article.published else float("nan")

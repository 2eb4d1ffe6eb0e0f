"""To which story, or copies, does an article belong that is not in the index?"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np

from . import copies, embedding, pairs, signatures, text
from .article import Article, Rejection, key
from .errors import RejectedError
from .index import Index, buckets, of_one_moment, windows
from .index.articles import Signed
from .index.times import utc
from .pipeline import signed
from .runs import ACTIVE_DAYS, Hearer, Settings, clock, settings_of, unheard
from .window import Window

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
    day = windows.day_number(utc(item.article.published or now) or "")
    window = windows.load(index.connection, day - 2 * ACTIVE_DAYS + 1, day + ACTIVE_DAYS - 1)
    window = _with(window, item, day)
    end = len(window.ids) - 1
    near = int(np.searchsorted(window.day[:end], day - ACTIVE_DAYS, "right"))
    queries = np.arange(end + 1) == end
    block = embedding.block(index.connection, window, settings.embedder)
    found = pairs.evidence(block, 0, end + 1, near, queries, settings.scorer)
    standing = window.story[found.a] > 0
    if not standing.any():
        return None, None
    best = int(np.argmax(np.where(standing, found.probability, -1)))
    if found.probability[best] < _LEAST:
        return None, None
    return int(window.story[found.a[best]]), float(found.probability[best])


def _with(window: Window, item: Signed, day: int) -> Window:
    """The window with the article as its last row."""
    article = item.article
    langs = tuple(dict.fromkeys([*window.langs, item.lang]))
    return Window(
        np.append(window.ids, 0),
        np.append(window.day, day),
        np.append(window.hour, _hours(article)),
        np.append(window.lang, langs.index(item.lang)),
        langs,
        [*window.outlets, article.outlet],
        [*window.titles, article.title],
        [*window.bodies, article.body],
        np.append(window.pending, True),
        np.append(window.story, 0),
        np.append(window.group, 0),
        np.concatenate([window.signatures, signatures.from_blobs([item.minhash])]),
        window.before,
    )


def _hours(article: Article) -> float:
    return article.published.timestamp() / 3600 if article.published else float("nan")

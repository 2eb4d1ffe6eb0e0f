"""To which story do new articles belong, and what do they copy? Nothing is stored.

Start reading at `match`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import numpy as np

from ..article import Article, Rejection
from ..clustering.pair_scoring import compare_pairs, score_pairs
from ..clustering.window import NO_STORY, Titles, Window, context_days
from ..copies import minhash
from ..copies.compare import compare, copies_by_signature, titles_agree
from ..errors import ArgumentError, RejectedError
from ..hours import hours_apart, hours_since_1970
from ..index import Index, articles, buckets, furniture, identities, in_snapshot, stories, windows
from ..index.outlets import OutletNames, agencies
from ..index.settings import Settings, settings_of
from ..index.signing import sign_articles
from ..index.storing import SignedArticle
from ..pairs import Pairs
from ..progress import OnRejected, ignore_rejection
from ..text.furniture import Furniture, without_furniture
from ..text.languages import compared_language
from ..text.words import own_words_mask, read_words
from ..times import Time, argument_time, day_number, utc_now, utc_text
from .context import load_context, weight_query

_LEAST_PROBABILITY = 0.5  # that the nearest report of a story and the article report one event


class Match(NamedTuple):
    """What the index knows about one article."""

    source: str  # its place: 'today.jsonl:3'
    title: str
    undated: bool  # it gives no time, and was compared with the news of `now`
    known: int | None  # the article in the index with the same key
    copy_of: int | None  # the article with which it shares most text
    share_of_copy: float | None  # of this text, that is the other's; None: that was pruned
    story: int | None
    probability: float | None  # that it and the story's nearest report are one event
    story_title: str


def match(
    index: Index,
    items: Article | Iterable[Article | Rejection],
    *,
    strict: bool = False,
    now: Time | None = None,
    on_rejected: OnRejected = ignore_rejection,
) -> list[Match]:
    """Return one match for each article; one without a time is compared with the news of `now`.

    With `strict`, the first rejection raises RejectedError.
    """
    time = utc_now() if now is None else argument_time(now, "now")
    settings = settings_of(index)
    matches = []
    for item in [items] if isinstance(items, Article) else items:
        if isinstance(item, Rejection):
            if strict:
                raise RejectedError(item)
            on_rejected(item)
        elif isinstance(item, Article):
            item = OutletNames(index.connection).canonical(item)
            (signed,) = sign_articles([item], agencies(index.connection))
            matches.append(_match(index, signed, time, settings))
        else:
            raise ArgumentError("items", f"{str(item)[:40]!r} is not an Article")
    return matches


@in_snapshot
def last_day(index: Index, now: datetime) -> str:
    """Return the last day of an index that has no news of `now`, '2026-02-08'; else ''."""
    newest = windows.newest_date(index.connection)
    if not newest:
        return ""
    days = day_number(utc_text(now) or "") - day_number(newest)
    return newest if days >= settings_of(index).active_days else ""


@in_snapshot
def _match(index: Index, item: SignedArticle, now: datetime, settings: Settings) -> Match:
    article, db = item.article, index.connection
    stored_id = identities.find(db, item.article)
    known = furniture.load(db)
    body = without_furniture(article.body, known)
    if body != article.body:
        (item,) = sign_articles([replace(article, body=body)], agencies(db))
    copy_of, share = _copied_article(index, item, stored_id, known)
    story, probability = _nearest_story(index, item, now, settings)
    if copy_of is not None:
        story, probability = articles.story_of(db, copy_of), 1.0
    return Match(
        source=f"{article.source}:{article.line}" if article.source else "",
        title=article.title,
        undated=article.published is None,
        known=stored_id,
        copy_of=copy_of,
        share_of_copy=share,
        story=story,
        probability=probability,
        story_title="" if story is None else stories.title_and_cohesion(db, story)[0],
    )


def _copied_article(
    index: Index, item: SignedArticle, itself: int | None, known: Furniture
) -> tuple[int | None, float | None]:
    """Return the article that it shares most text with, and what share of its text that is."""
    in_buckets = buckets.articles_in(index.connection, item.buckets)
    ids = [id for id in in_buckets if id != itself]
    if not ids:
        return None, None
    stored = windows.texts(index.connection, ids)
    titles = [*stored.titles, item.article.title]
    bodies = [*stored.bodies, item.article.body]
    words = read_words(titles, bodies, known)
    one, other = np.arange(len(ids)), np.full(len(ids), len(ids))
    hour, whole_day = hours_since_1970([utc_text(item.article.published)])
    hour, whole_day = np.append(stored.hour, hour), np.append(stored.whole_day, whole_day)
    hours = np.abs(hours_apart(hour, whole_day, one, other))
    compared = compare(words, own_words_mask(words, titles, bodies), one, other, hours)
    signatures = buckets.signature_matrix(index.connection, ids)
    signatures = np.concatenate([signatures, minhash.from_blobs([item.minhash])])
    estimated = minhash.estimate_jaccard(signatures, one, other)
    lengths = np.append(stored.lengths, item.words)
    agree = titles_agree(words, one, other)
    by_signature = copies_by_signature(lengths, agree, estimated, one, other) & stored.pruned
    by_text = np.where(compared.copy, compared.overlap.jaccard, -1)
    similarity = np.where(by_signature, estimated, by_text)
    best = int(np.argmax(similarity))
    if similarity[best] < 0:
        return None, None
    return ids[best], None if by_signature[best] else float(compared.overlap.b_in_a[best])


def _nearest_story(
    index: Index, item: SignedArticle, now: datetime, settings: Settings
) -> tuple[int | None, float | None]:
    """Return the story of the most probable neighbour, and the probability of one event."""
    day = day_number(utc_text(item.article.published or now) or "")
    first, last = day - context_days(settings.active_days) + 1, day + settings.active_days - 1
    # the same days as `why` asks for, if the article is of the last day
    last = min(last, windows.newest_day(index.connection) or last)
    lang = compared_language(item.lang)
    context = load_context(index, first, last, settings, lang)
    draft, _ = weight_query(index, context, _single_window(item, day), settings)
    near = context.take_with_query(context.neighbours_of_query(draft), draft)
    size = len(near.window.ids)
    pairs = Pairs(np.arange(size), np.full(size, size))
    articles, models = near.append(draft), settings.scorer
    compared = compare_pairs(articles, pairs, models)
    prior = context.prior(index, lang)
    scored = score_pairs(articles, compared, models, prior, context.articles)
    probability = np.where(near.window.story != NO_STORY, scored.probability, -1)
    if probability.max(initial=-1) < _LEAST_PROBABILITY:
        return None, None
    best = int(np.argmax(probability))
    return int(near.window.story[best]), float(probability[best])


def _single_window(item: SignedArticle, day: int) -> Window:
    """Return a window of one article that is not in the index."""
    article = item.article
    hour, whole_day = hours_since_1970([utc_text(article.published)])
    return Window(
        ids=np.zeros(1, np.int64),
        day=np.array([day]),
        hour=hour,
        whole_day=whole_day,
        lang=np.zeros(1, np.int64),
        langs=(compared_language(item.lang),),
        outlets=[article.outlet],
        titles=[article.title],
        bodies=[article.body],
        pending=np.ones(1, bool),
        story=np.full(1, NO_STORY),
        signatures=minhash.from_blobs([item.minhash]),
        before=Titles([], [], []),
    )

"""Why two articles are, or are not, one story; and what holds a story together.

The figures are those of the clustering: the same window, the same functions, asked about one
pair. Start reading at `why`.
"""

from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np

from . import candidates, pairs, scoring, text, tokens
from .errors import TwicetoldError
from .index import Index, windows
from .pipeline import ACTIVE_DAYS, models
from .window import Window

_SHARED_TERMS = 12
_LEAST_PASSAGE = 8  # words; shorter runs are quotes and set phrases
_PASSAGES = 5


class Named(NamedTuple):
    """An article as an explanation names it."""

    article: int  # its id
    outlet: str
    lang: str  # '': not known
    published: str  # UTC; when first seen, where the source gave no time
    title: str


class Why(NamedTuple):
    """The evidence about a pair. The contributions and the intercept add up to the log-odds."""

    a: Named
    b: Named
    kind: str  # 'copy', 'template', or 'story' where the texts decide nothing
    one_story: bool  # as they stand in the index now
    probability: float  # that both report one event, 0..1
    log_odds: float  # the sum, before the texts have their say
    intercept: float  # where the sum starts
    contributions: list[scoring.Contribution]  # the loudest first
    jaccard: float | None  # None: too little text in common to compare
    a_in_b: float | None  # share of A's text that B has
    b_in_a: float | None  # share of B's text that A has
    shared_terms: list[str]  # rarest first
    passages: list[str]  # text that both have, longest first


class Bond(NamedTuple):
    """How firmly a report belongs to its story."""

    article: int
    outlet: str
    nearest: int | None  # the report that it is linked to most firmly
    probability: float  # of that link
    mean: float  # over all other reports, those without a link as 0
    title: str


def why(index: Index, a: str, b: str) -> Why:
    """The evidence for and against two articles being one story; ids, keys or urls.

    Raises NotFoundError, and TwicetoldError when both are the same.
    """
    ids = sorted({index.article_id(a), index.article_id(b)})
    if len(ids) == 1:
        raise TwicetoldError(index.place, f"'{a}' and '{b}' are one article", hint="name two")
    named = {id: _named(index, id) for id in ids}
    days = [windows.day_number(one.published) for one in named.values()]
    first = min(max(days) - 2 * ACTIVE_DAYS + 1, min(days))
    window = windows.load(index.connection, first, max(days))
    rows = sorted(int(np.flatnonzero(window.ids == id)[0]) for id in ids)
    return _evidence(index, window, (rows[0], rows[1]), named)


def bonds(index: Index, story: int) -> list[Bond]:
    """How firmly each report of a story belongs to it, the loosest first. Raises NotFoundError."""
    index.story_id(story)
    rows = index.connection.execute(
        "select articles.id, outlets.name, title from articles"
        " join outlets on outlets.id = outlet_id where story_id = ?",
        (story,),
    ).fetchall()
    links = index.connection.execute(
        "select a, b, probability from links join articles as x on x.id = a"
        " join articles as y on y.id = b where x.story_id = ? and y.story_id = x.story_id",
        (story,),
    ).fetchall()
    found = []
    for id, outlet, title in rows:
        own = [(p, b if a == id else a) for a, b, p in links if id in (a, b)]
        probability, nearest = max(own, default=(0.0, None))
        mean = sum(p for p, _ in own) / (len(rows) - 1) if len(rows) > 1 else 1.0
        found.append(Bond(id, outlet, nearest, probability, round(mean, 6), title))
    return sorted(found, key=lambda bond: (bond.mean, bond.article))


def _evidence(index: Index, window: Window, rows: tuple[int, int], named: dict[int, Named]) -> Why:
    a, b = rows
    block = pairs.block(window)
    first = int(np.searchsorted(window.day, window.day[b] - 2 * ACTIVE_DAYS, "right"))
    near = int(np.searchsorted(window.day, window.day[b] - ACTIVE_DAYS, "right"))
    first, near = min(first, a), min(near, a)
    asked = candidates.Pairs(np.array([a]), np.array([b]))
    queries = window.day[first:] == window.day[b]
    by = models(index)
    found = pairs.evidence(block, first, len(window.ids), near, queries, by, asked)
    place = int(np.flatnonzero((found.a == a) & (found.b == b))[0])
    ids = int(window.ids[a]), int(window.ids[b])
    model = by.two_languages if found.across[place] else by.one_language
    features = found.features[place][: len(model.names)]
    jaccard, a_in_b, b_in_a = (None if np.isnan(x) else float(x) for x in found.overlap[place])
    return Why(
        named[ids[0]],
        named[ids[1]],
        str(found.kind[place]),
        bool(window.story[a] == window.story[b] != 0),
        float(found.probability[place]),
        float(scoring.log_odds(features[None, :], model)[0]),
        model.intercept,
        scoring.explain(features, model),
        jaccard,
        a_in_b,
        b_in_a,
        _shared_terms(block, a, b),
        passages(text.own_words(window.bodies[a]), text.own_words(window.bodies[b])),
    )


def passages(one: str, other: str) -> list[str]:
    """Runs of at least eight words that both texts have, the longest first."""
    spans = [_spans(text) for text in (one, other)]
    words, others = (
        [text[i:j].lower() for i, j in span] for text, span in zip((one, other), spans, strict=True)
    )
    blocks = SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()
    long = sorted((b for b in blocks if b.size >= _LEAST_PASSAGE), key=lambda b: (-b.size, b.a))
    shown = [one[spans[0][b.a][0] : spans[0][b.a + b.size - 1][1]] for b in long[:_PASSAGES]]
    return [" ".join(passage.split()) for passage in shown]


def _spans(text: str) -> list[tuple[int, int]]:
    words = tokens.stream([text], split_unspaced=True)
    return list(zip(words.starts.tolist(), words.ends.tolist(), strict=True))


def _shared_terms(block: pairs.Block, a: int, b: int) -> list[str]:
    """Terms of both articles, or in two languages names and numbers under one spelling."""
    counts = block.terms.counts.body
    both = np.intersect1d(counts[[a]].indices, counts[[b]].indices).astype(np.int64)
    known = np.nan_to_num(block.background, nan=np.inf).max(axis=0)
    often = np.bincount(counts.indices, minlength=counts.shape[1])
    rarest = both[np.lexsort((both, often[both], -known[both]))][:_SHARED_TERMS]
    return pairs.words(block.terms, block.headlines, block.window.bodies, rarest)


def _named(index: Index, id: int) -> Named:
    row = index.connection.execute(
        "select articles.id, name, lang, coalesce(published, first_seen), title from articles"
        " join outlets on outlets.id = outlet_id where articles.id = ?",
        (id,),
    ).fetchone()
    return Named(*row)

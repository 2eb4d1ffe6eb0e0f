"""Why two articles are, or are not, one story.

The figures are those of the clustering: the same context and the same functions, for one pair.
Start reading at `why`.
"""

from typing import NamedTuple

import numpy as np

from ..arrays import IntArray
from ..clustering import model, pair_scoring
from ..clustering.model import Contribution, Models
from ..clustering.prior import Prior
from ..clustering.term_weights import Weighted
from ..clustering.window import NO_STORY, context_days
from ..copies.minhash import estimate_jaccard
from ..index import Index, articles, buckets, in_snapshot, links, windows
from ..index.settings import Settings, settings_of
from ..notebook import html_heading, html_table
from ..pairs import Pairs, one_pair, union
from ..text.cleaning import own_words
from ..text.furniture import Furniture, without_furniture
from ..text.headlines import reports_no_event
from ..text.names import shared_names
from ..text.tokens import spelled_out
from ..text.words import full_text
from ..times import day_number
from .context import Context, load_context, weight_query
from .named_articles import NamedArticle, named_pair
from .passages import passages
from .relevant_pairs import relevant_pairs

_SHARED_TERMS = 12
_SHARED_NAMES = 16
_OWN_NAMES = 8
_NUMBER_DIGITS = 3  # shorter numbers come last


class Why(NamedTuple):
    """The evidence about a pair. The contributions and the intercept add up to the log-odds."""

    a: NamedArticle  # the earlier one
    b: NamedArticle
    kind: str  # 'copy', 'template', or 'story' if the texts do not decide
    one_story: bool  # whether they are one story in the index now
    round_up: bool  # a title marks one as a round-up or a standing page: it reports no one event
    pruned: list[int]  # which of the two were pruned; then the stored link is shown
    probability: float | None  # that both report one event, 0..1; None: pruned, and no link
    log_odds: float | None  # the sum; a copy or template may overrule it; None: pruned
    intercept: float | None  # what the sum starts from; None: pruned
    contributions: list[Contribution]  # the largest first
    jaccard: float | None  # None: too little common text to compare
    a_in_b: float | None  # share of A's text that B has; None: unknown, one was pruned
    b_in_a: float | None  # share of B's text that A has
    shared_terms: list[str]  # rarest first; across languages 'Abou Dhabi = Abu Dhabi'
    only_a: list[str]  # names in the lead of A that B lacks, rarest first; of one language only
    only_b: list[str]  # the same of B
    days_a: list[str]  # days near its publication that the opening of A names: '2026-02-05'
    days_b: list[str]
    passages: list[str]  # text that both have, the longest first

    def _repr_html_(self) -> str:
        pair = " and ".join(f"{each.outlet}, {each.published}" for each in (self.a, self.b))
        verdict = "one story" if self.one_story else "two stories"
        chance = "" if self.probability is None else f", probability {self.probability:.2f}"
        heading = html_heading(f"{self.a.title} / {self.b.title}", f"{pair}: {verdict}{chance}")
        rows = [(each.feature, each.value, each.log_odds) for each in self.contributions]
        return heading + html_table(("feature", "value", "log-odds"), rows)


@in_snapshot
def why(index: Index, a: str | int, b: str | int) -> Why:
    """Return the evidence for and against two articles being one story, by id, key or url.

    Raises NotFoundError, and TwicetoldError if both are the same article.
    """
    ids = sorted({index.article_id(a), index.article_id(b)})
    earlier, later = named_pair(index, a, b, ids)
    pruned = [id for id in ids if articles.pruned(index.connection, id) is not None]
    if pruned:
        return _stored_evidence(index, earlier, later, pruned)
    settings = settings_of(index)
    return _evidence(earlier, later, _in_context(index, earlier, later, settings), settings.scorer)


class _PairInContext(NamedTuple):
    """A pair with the pairs that its relative features depend on."""

    context: Context
    articles: Weighted
    pairs: Pairs  # of rows of `articles`
    rows: tuple[int, int]  # of the pair
    headlines: tuple[str, str]
    prior: Prior


def _in_context(
    index: Index, earlier: NamedArticle, later: NamedArticle, settings: Settings
) -> _PairInContext:
    """Return the pair in the context in which the clustering of the later one's day saw it."""
    day = day_number(later.published)
    first = day - context_days(settings.active_days) + 1
    also = windows.outside(index.connection, (earlier.article, later.article))
    context = load_context(index, first, day, settings, earlier.lang, also)
    a, b = context.row(earlier.article), context.row(later.article)
    assert b is not None
    prior = context.prior(index)
    if a is None or not context.in_reach[a]:
        pairs = _relevant_pairs(context, [b])
        return _with_old_article(index, context, earlier, (a, b), pairs, settings, prior)
    pairs = _relevant_pairs(context, [a, b])
    pairs = union([pairs, one_pair(a, b)], len(context.in_reach))
    headlines = context.headlines[a], context.headlines[b]
    return _PairInContext(context, context.articles, pairs, (a, b), headlines, prior)


def _relevant_pairs(context: Context, rows: list[int]) -> Pairs:
    return relevant_pairs(
        context.articles,
        context.last_day_articles,
        context.last_day,
        lambda places: context.neighbours(context.last_day[places]),
        rows,
    )


def _with_old_article(
    index: Index,
    context: Context,
    earlier: NamedArticle,
    rows_of_both: tuple[int | None, int],
    pairs: Pairs,
    settings: Settings,
    prior: Prior,
) -> _PairInContext:
    """Return a pair whose earlier article is too old for the context, as if it were new.

    `match` compares a draft in the same way.
    """
    a, b = rows_of_both
    if a is not None:  # document frequencies count it already
        old, headline = context.articles.take(np.array([a])), context.headlines[a]
    else:
        window = windows.load_article(index.connection, earlier.article)
        old, headline = weight_query(index, context, window, settings)
    near = context.neighbours_of_query(old)
    rows = np.unique(np.concatenate([pairs.a, pairs.b, near, [b]]))
    others = context.articles.take(rows) if a is not None else context.take_with_query(rows, old)
    pair = 0, 1 + int(np.searchsorted(rows, b))  # the old article is row 0, the others follow
    moved = Pairs(*(1 + np.searchsorted(rows, side) for side in pairs))
    near_pairs = Pairs(np.zeros(len(near), np.int64), 1 + np.searchsorted(rows, near))
    pairs = union([one_pair(*pair), moved, near_pairs], len(rows) + 1)
    headlines = headline, context.headlines[b]
    return _PairInContext(context, old.append(others), pairs, pair, headlines, prior)


def _evidence(
    earlier: NamedArticle, later: NamedArticle, pair: _PairInContext, models: Models
) -> Why:
    (a, b), window = pair.rows, pair.articles.window
    compared = pair_scoring.compare_pairs(pair.articles, pair.pairs, models)
    scored = pair_scoring.score_pairs(
        pair.articles, compared, models, pair.prior, pair.context.articles
    )
    place = int(np.flatnonzero((scored.a == a) & (scored.b == b))[0])
    across = bool(scored.across[place])
    embedded = pair.articles.embeddings is not None
    features = scored.features[place]
    if across:
        explanation = model.explain(features, models.for_two_languages(embedded))
    else:
        explanation = model.explain_one_language(features, models)
    jaccard, a_in_b, b_in_a = (None if np.isnan(x) else float(x) for x in scored.overlap[place])
    return Why(
        a=earlier,
        b=later,
        kind=str(scored.kind[place]),
        one_story=bool(window.story[a] == window.story[b] != NO_STORY),
        round_up=any(map(reports_no_event, pair.headlines)),
        pruned=[],
        probability=float(scored.probability[place]),
        log_odds=explanation.log_odds,
        intercept=explanation.intercept,
        contributions=explanation.contributions,
        jaccard=jaccard,
        a_in_b=a_in_b,
        b_in_a=b_in_a,
        shared_terms=_shared_names(pair) if across else _shared_terms(pair),
        only_a=[] if across else _own_names(pair, a, b),
        only_b=[] if across else _own_names(pair, b, a),
        days_a=_named_days(pair, a),
        days_b=_named_days(pair, b),
        passages=passages(
            *(_own_words(window.bodies[row], pair.context.furniture) for row in (a, b))
        ),
    )


def _stored_evidence(
    index: Index, earlier: NamedArticle, later: NamedArticle, pruned: list[int]
) -> Why:
    """Return what the index stores about a pair with a pruned text: link and signatures."""
    db, ids = index.connection, (earlier.article, later.article)
    link = links.of_pair(db, *ids)
    jaccard = link.jaccard if link else None
    if jaccard is None:
        signatures = buckets.signature_matrix(db, ids)
        jaccard = float(estimate_jaccard(signatures, *one_pair(0, 1))[0]) or None
    stories = [articles.story_of(db, id) for id in ids]
    return Why(
        a=earlier,
        b=later,
        kind=link.kind if link else "story",
        one_story=stories[0] == stories[1] is not None,
        round_up=any(reports_no_event(article.title) for article in (earlier, later)),
        pruned=pruned,
        probability=link.probability if link else None,
        log_odds=None,
        intercept=None,
        contributions=[],
        jaccard=jaccard,
        a_in_b=link.a_in_b if link else None,
        b_in_a=link.b_in_a if link else None,
        shared_terms=[],
        only_a=[],
        only_b=[],
        days_a=[],
        days_b=[],
        passages=[],
    )


def _own_words(body: str, furniture: Furniture) -> str:
    return without_furniture(own_words(body), furniture)


def _shared_terms(pair: _PairInContext) -> list[str]:
    """Return the terms of both articles, the rarest first."""
    body = pair.articles.fields.body
    one, other = (body[[row]].indices for row in pair.rows)
    both = np.intersect1d(one, other).astype(np.int64)
    return pair.context.spell(_rarest_first(pair.context, both)[:_SHARED_TERMS])


def _own_names(pair: _PairInContext, row: int, other: int) -> list[str]:
    """Return the names in the lead of one article that the other lacks, the rarest first."""
    fields, context = pair.articles.fields, pair.context
    is_name = context.articles.vocabulary.is_name
    lead = fields.lead[[row]].indices
    lead = lead[lead < len(is_name)]  # terms that only an article outside of the context has
    names = np.setdiff1d(lead[is_name[lead]], fields.body[[other]].indices).astype(np.int64)
    return context.spell_names(_rarest_first(context, names)[:_OWN_NAMES])


def _named_days(pair: _PairInContext, row: int) -> list[str]:
    return [str(np.datetime64(int(day), "D")) for day in pair.articles.days[[row]].indices]


def _rarest_first(context: Context, terms: IntArray) -> IntArray:
    """Return terms, the rarest first."""
    background = np.nan_to_num(context.background[:, terms], nan=np.inf).max(axis=0)
    order = np.lexsort((terms, context.term_frequencies[terms], -background))
    return np.asarray(terms[order])


def _shared_names(pair: _PairInContext) -> list[str]:
    """Return names, numbers and dates of two languages, as both write them.

    First those with two spellings, which a search for one would miss, then the rarest.
    """
    bodies, frequencies = pair.articles.window.bodies, pair.context.name_frequencies
    one, other = (
        spelled_out(full_text(headline, bodies[row]))
        for headline, row in zip(pair.headlines, pair.rows, strict=True)
    )
    shared = shared_names((one, other))
    rarest = sorted(
        shared,
        key=lambda name: (len(name) < _NUMBER_DIGITS, frequencies.get(name, 0), name),
    )
    written = [_both_spellings(*shared[name]) for name in rarest]
    return sorted(written, key=lambda spelling: " = " not in spelling)[:_SHARED_NAMES]


def _both_spellings(one: str, other: str) -> str:
    """Return 'Grynkewich', or 'Abou Dhabi = Abu Dhabi'."""
    one, other = " ".join(one.split()), " ".join(other.split())
    return one if one.lower() == other.lower() else f"{one} = {other}"

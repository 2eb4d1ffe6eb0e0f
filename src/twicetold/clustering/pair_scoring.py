"""Which pairs of a window are worth a link, and what is known of each: one day at a time.

The walk over arrays that `pipeline.cluster` repeats for each day: weights -> neighbours -> copies
-> features -> probability. Start reading at `daily`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..copies import compare as copies
from ..copies import minhash as signatures
from ..text import cleaning as text
from ..text import crosslingual as bridge
from ..text import terms as vectors
from ..text.tokens import IntArray
from . import model as scoring
from . import neighbours as candidates
from .weights import Block, Weighed, weighed
from .window import BoolArray, FloatArray, Link, Window

Search = Callable[[vectors.Matrix, BoolArray], candidates.Searched]

LEAST_PROBABILITY = 0.2  # links below are not kept: they can't hold a story together
_LOOK_ALIKE = 0.06  # by signature; a text that holds a fifth of the other shows more than this


class Evidence(NamedTuple):
    """Scored pairs of a window's rows, (p,) each, sorted by (a, b)."""

    a: IntArray
    b: IntArray
    kind: npt.NDArray[np.str_]  # 'copy', 'story' or 'template'
    probability: FloatArray
    overlap: FloatArray  # (p, 3): jaccard, a_in_b, b_in_a; nan: texts too unlike to compare
    cosines: FloatArray  # (p, 4): body, lead, title, names
    hours: FloatArray  # nan: one has no time
    features: FloatArray  # (p, f) in the order of the model's names; nan where it has no such
    across: BoolArray  # by the model of two languages

    def chosen(self, rows: BoolArray) -> "Evidence":
        """Some of the pairs."""
        return Evidence(
            self.a[rows],
            self.b[rows],
            self.kind[rows],
            self.probability[rows],
            self.overlap[rows],
            self.cosines[rows],
            self.hours[rows],
            self.features[rows],
            self.across[rows],
        )


def neighbours(
    asking: Weighed,
    places: IntArray,
    queries: IntArray,
    others: Weighed,
    reach: BoolArray,
    search: Search = candidates.searched,
) -> candidates.Pairs:
    """Neighbours within each language and those of no known one, then across languages.

    Those at some `places` of `asking` ask, who are the rows `queries` among the `others`; one that
    is none of them has the number after the last. `reach` (n,) tells which rows may be found.
    """
    langs, names = others.window.lang, asking.window.langs
    unknown = np.isin(langs, [place for place, name in enumerate(names) if not name])
    size = len(langs) + 1
    found = [candidates.Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    of_places = asking.window.lang[places]
    for lang in np.unique(of_places).tolist():
        some, rows = places[of_places == lang], queries[of_places == lang]
        among = unknown | (langs == lang) if names[lang] else np.ones(len(langs), bool)
        known = search(others.fields.body, among & reach)
        found.append(candidates.nearest(asking.fields.body[some], rows, known, size))
        if asking.crossing is None or others.crossing is None or not names[lang]:
            continue
        foreign = reach & ~unknown & (langs != lang)
        for own, view in zip(asking.crossing, others.crossing, strict=True):
            known = search(view, foreign)
            found.append(candidates.nearest(own[some], rows, known, size))
        if asking.embedded is not None and others.embedded is not None:
            meaning, of_all = asking.embedded[some], others.embedded
            found.append(candidates.nearest_in_meaning(meaning, rows, of_all, foreign, size))
    return candidates.together(found, size)


def evidence(articles: Weighed, pairs: candidates.Pairs, models: scoring.Models) -> Evidence:
    """Score pairs of articles; how near others are to theirs, the other pairs tell."""
    window, (a, b) = articles.window, pairs
    hours = window.hour[b] - window.hour[a]
    copied, template, overlap = _compared(window, pairs, hours)
    across = two_languages(window, a, b)
    own = ~(copied | template)
    cosines = np.stack([vectors.cosines(field, a, b) for field in articles.fields], axis=1)
    stems = vectors.cosines(articles.stems, a, b)
    plain = _of_one_language(cosines, stems, pairs, hours, own & ~across)
    log_odds = scoring.log_odds(plain, models.one_language)
    features = np.full((len(a), max(len(model.names) for model in models)), np.nan)
    features[:, : plain.shape[1]] = plain
    if articles.crossing is not None and across.any():
        some = candidates.Pairs(a[across], b[across])
        neutral = _of_two_languages(articles, some, hours[across], own[across])
        model = models.across(articles.embedded is not None)
        log_odds[across] = scoring.log_odds(neutral, model)
        features[across] = np.nan
        features[across, : neutral.shape[1]] = neutral
    probability = scoring.probability(log_odds)
    probability[copied] = 1.0
    probability[template] = 0.0
    kind = np.where(copied, "copy", np.where(template, "template", "story"))
    return Evidence(a, b, kind, probability, overlap, cosines, hours, features, across)


def own(window: Window, pairs: candidates.Pairs) -> candidates.Pairs:
    """The pairs of texts of their own: neither copies nor forms filled anew."""
    copied, template, _ = _compared(window, pairs, window.hour[pairs.b] - window.hour[pairs.a])
    rows = ~(copied | template)
    return candidates.Pairs(pairs.a[rows], pairs.b[rows])


def two_languages(window: Window, a: IntArray, b: IntArray) -> BoolArray:
    """Which pairs are of two languages, both known, (p,)."""
    known = np.array([bool(name) for name in window.langs])[window.lang]
    two: BoolArray = known[a] & known[b] & (window.lang[a] != window.lang[b])
    return two


def nearness(articles: Weighed, pairs: candidates.Pairs) -> FloatArray:
    """What makes one neighbour the best of an article's in its language, (p,)."""
    body, lead = articles.fields[:2]
    return vectors.cosines(body, *pairs) + vectors.cosines(lead, *pairs)


def nearness_across(articles: Weighed, pairs: candidates.Pairs) -> FloatArray:
    """What makes one neighbour the best of an article's in other languages, (p,)."""
    assert articles.crossing is not None
    names, words, grams = (vectors.cosines(view, *pairs) for view in articles.crossing)
    # words of languages without a lexicon do not meet: pieces of words count in their place
    return names + np.where(_spoken(articles.window, pairs), words, grams) + grams


def meaning(articles: Weighed, pairs: candidates.Pairs) -> FloatArray:
    """How near two texts are to an embedder, (p,)."""
    assert articles.embedded is not None
    products = articles.embedded[pairs.a] * articles.embedded[pairs.b]
    return np.asarray(np.maximum(products.sum(axis=1, dtype=np.float64), 0.0))


def daily(
    block: Block, days: Sequence[int], active_days: int, models: scoring.Models
) -> Iterator[Evidence]:
    """Score the pairs of each of some days, in the surroundings in which a run sees them."""
    for day in days:
        near, last = block.window.rows(active_days, day)
        first, _ = block.window.rows(2 * active_days, day)
        articles = weighed(block, first, last)
        queries = np.flatnonzero(articles.window.day == day)
        reach = np.arange(first, last) >= near
        pairs = neighbours(articles, queries, queries, articles, reach)
        found = evidence(articles, pairs, models)
        yield found._replace(a=found.a + first, b=found.b + first)


def kept(found: Evidence) -> Evidence:
    """The pairs that become links: probable ones, and all whose texts are alike."""
    worth = (found.probability >= LEAST_PROBABILITY) | (found.kind != "story")
    return found.chosen(worth)


def links(window: Window, found: Evidence) -> Iterator[Link]:
    """Scored pairs of a window's rows as rows of `links`."""
    numbers = np.concatenate([found.overlap, found.cosines], axis=1).astype(object)
    numbers[np.isnan(numbers.astype(float))] = None
    ids = window.ids[found.a].tolist(), window.ids[found.b].tolist()
    for a, b, kind, probability, row in zip(
        *ids, found.kind.tolist(), found.probability.tolist(), numbers.tolist(), strict=True
    ):
        yield Link(a, b, kind, probability, *row)


def _compared(
    window: Window, pairs: candidates.Pairs, hours: FloatArray
) -> tuple[BoolArray, BoolArray, FloatArray]:
    """Which pairs are copies, which are forms filled anew, and their overlap (p, 3)."""
    a, b = pairs
    alike = np.flatnonzero(signatures.estimate(window.signatures, a, b) >= _LOOK_ALIKE)
    copied, template = np.zeros(len(a), bool), np.zeros(len(a), bool)
    overlap = np.full((len(a), 3), np.nan)
    if len(alike):
        rows, places = np.unique(np.concatenate([a[alike], b[alike]]), return_inverse=True)
        said = copies.compare(
            [window.titles[row] for row in rows],
            [text.own_words(window.bodies[row]) for row in rows],
            places[: len(alike)],
            places[len(alike) :],
            hours[alike],
        )
        copied[alike], template[alike] = said.copy, said.template
        overlap[alike] = np.stack(said.overlap[:3], axis=1)
    return copied, template, overlap


def _of_one_language(
    cosines: FloatArray,
    stems: FloatArray,
    pairs: candidates.Pairs,
    hours: FloatArray,
    own: BoolArray,
) -> FloatArray:
    """The features of all pairs, (p, f); `own` (p,) are pairs of texts of their own, not copies."""
    body, lead, title, _ = cosines.T
    larger, smaller = scoring.relative(body + lead, pairs.a, pairs.b, own, scoring.LEAST_BEST)
    crowd = scoring.crowd(stems, pairs.a, pairs.b, own)
    # times the cosine: of strangers, too, one is the nearest
    shares = stems * larger, stems * smaller
    return np.column_stack([title, stems, scoring.days(hours), *shares, crowd])


def _of_two_languages(
    articles: Weighed, pairs: candidates.Pairs, hours: FloatArray, own: BoolArray
) -> FloatArray:
    """The features of pairs of two languages, (p, f), and what an embedder adds to them."""
    assert articles.crossing is not None
    a, b = pairs
    names, words, grams = (vectors.cosines(view, a, b) for view in articles.crossing)
    words = np.where(_spoken(articles.window, pairs), words, grams)
    best = scoring.LEAST_BEST_ACROSS
    larger, smaller = scoring.relative(names + words + grams, a, b, own, best)
    shares = words * larger, words * smaller
    columns = [names, words, grams, scoring.days(hours), np.isnan(hours), *shares]
    if articles.embedded is None:
        return np.column_stack(columns)
    near = meaning(articles, pairs)
    larger, smaller = scoring.relative(near, a, b, own, scoring.LEAST_BEST)
    return np.column_stack([*columns, near, near * larger, near * smaller])


def _spoken(window: Window, pairs: candidates.Pairs) -> BoolArray:
    """Whether there are lexicons for both languages of a pair, (p,)."""
    spoken = np.array([name in bridge.LEXICONS for name in window.langs])[window.lang]
    both: BoolArray = spoken[pairs.a] & spoken[pairs.b]
    return both

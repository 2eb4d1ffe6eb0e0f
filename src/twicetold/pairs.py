"""Which pairs of a window are worth a link, and what is known of each: one day at a time.

The walk over arrays that `pipeline.cluster` repeats for each day: fields -> candidates -> copies
-> features -> probability. Start reading at `evidence`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import background, bridge, candidates, copies, scoring, signatures, text, vectors
from .tokens import IntArray, spelled_out
from .window import BoolArray, FloatArray, Link, Window

LEAST_PROBABILITY = 0.2  # links below are not kept: they can't hold a story together
_LOOK_ALIKE = 0.06  # by signature; a text that holds a fifth of the other shows more than this


class Block(NamedTuple):
    """The articles of a few days with the counts of their terms."""

    window: Window
    headlines: list[str]
    terms: vectors.Terms
    background: background.RarityArray
    crossing: bridge.Crossing | None  # None: all articles of known language write the same one
    things: list[str]  # what the columns of `crossing.names` are called
    embedded: npt.NDArray[np.float32] | None  # (n, d), rows of length 1; None: no embedder


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


def block(window: Window, embedded: npt.NDArray[np.float32] | None = None) -> Block:
    """Count the terms of a window, and what of them crosses languages where there are several."""
    before = window.before
    headlines = text.headlines(
        [*before.titles, *window.titles],
        [*before.outlets, *window.outlets],
        [*before.days, *window.day.tolist()],
    )[len(before.titles) :]
    terms = vectors.count(headlines, window.bodies)
    crossing: bridge.Crossing | None = None
    things: list[str] = []
    if window.several_languages:
        spelled = words(terms, headlines, window.bodies)
        crossing, things = bridge.cross(terms, spelled, window.langs, window.lang)
    rarity = background.rarity(terms.hashes, window.langs)
    return Block(window, headlines, terms, rarity, crossing, things, embedded)


def words(
    terms: vectors.Terms, titles: list[str], bodies: list[str], columns: IntArray | None = None
) -> list[str]:
    """The terms of some columns as they are written, in lower case."""
    wanted = terms.first if columns is None else terms.first[columns]
    return [
        spelled_out(vectors.text_of(titles[row], bodies[row]))[start:end].lower()
        for row, start, end in wanted.tolist()
    ]


def evidence(
    block: Block,
    first: int,
    last: int,
    near: int,
    queries: BoolArray,
    models: scoring.Models,
    asked: candidates.Pairs | None = None,
) -> Evidence:
    """Score pairs of the rows near..last - 1 of which one is among `queries` (last - first,).

    How rare a term is, the rows first..last - 1 tell: a function of these articles alone.
    Pairs that are `asked` for are scored, neighbours or not, and besides only what these need.
    """
    window = block.window
    rows = slice(first, last)
    langs = window.lang[rows]
    counts = vectors.Fields(*(field[rows] for field in block.terms.counts))
    fields = vectors.tfidf(counts, block.background, langs)
    crossing = None
    if block.crossing is not None:
        views = bridge.Crossing(*(view[rows] for view in block.crossing))
        crossing = bridge.weigh(views, langs)
    embedded = None if block.embedded is None else block.embedded[rows]
    pairs = _candidates(fields, crossing, embedded, langs, window.langs, queries, near - first)
    if asked is not None:
        pairs = _about(candidates.Pairs(asked.a - first, asked.b - first), pairs, len(langs))
    a, b = pairs.a, pairs.b
    hours = window.hour[rows][b] - window.hour[rows][a]
    copied, template, overlap = _compared(window, pairs, first, hours)
    cosines = np.stack([vectors.cosines(field, a, b) for field in fields], axis=1)
    stems = vectors.weigh(block.terms.stems[rows], langs)
    stemmed = np.column_stack([cosines, vectors.cosines(stems, a, b)])
    across = _two_languages(langs, window.langs, a, b)
    own = ~(copied | template)
    plain = _of_one_language(stemmed, pairs, hours, own & ~across)
    log_odds = scoring.log_odds(plain, models.one_language)
    features = np.full((len(a), max(len(model.names) for model in models)), np.nan)
    features[:, : plain.shape[1]] = plain
    if crossing is not None and across.any():
        spoken = np.array([name in bridge.LEXICONS for name in window.langs])[langs]
        some, said = candidates.Pairs(a[across], b[across]), own[across]
        kindred = ~(spoken[some.a] & spoken[some.b])
        neutral = _of_two_languages(crossing, some, hours[across], said, kindred)
        if embedded is not None:
            neutral = np.column_stack([neutral, _of_meaning(embedded, some, said)])
        log_odds[across] = scoring.log_odds(neutral, models.across(embedded is not None))
        features[across] = np.nan
        features[across, : neutral.shape[1]] = neutral
    probability = scoring.probability(log_odds)
    probability[copied] = 1.0
    probability[template] = 0.0
    kind = np.where(copied, "copy", np.where(template, "template", "story"))
    rows_a, rows_b = a + first, b + first
    return Evidence(rows_a, rows_b, kind, probability, overlap, cosines, hours, features, across)


def daily(
    block: Block, days: Sequence[int], active_days: int, models: scoring.Models
) -> Iterator[Evidence]:
    """Score the pairs of each of some days, in the surroundings in which a run sees them."""
    for day in days:
        near, last = block.window.rows(active_days, day)
        first, _ = block.window.rows(2 * active_days, day)
        queries = block.window.day[first:last] == day
        yield evidence(block, first, last, near, queries, models)


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


def _candidates(
    fields: vectors.Fields,
    crossing: bridge.Crossing | None,
    embedded: npt.NDArray[np.float32] | None,
    langs: IntArray,
    names: tuple[str, ...],
    queries: BoolArray,
    near: int,
) -> candidates.Pairs:
    """Neighbours within each language and those of no known one, then across languages."""
    reach = np.arange(len(langs)) >= near
    unknown = np.isin(langs, [place for place, name in enumerate(names) if not name])
    found = []
    for lang, name in enumerate(names):
        asking = np.flatnonzero(queries & (langs == lang))
        among = unknown | (langs == lang) if name else np.ones(len(langs), bool)
        if len(asking):
            found.append(candidates.neighbours(fields.body, asking, among & reach))
            if crossing is not None and name:
                others = reach & ~unknown & (langs != lang)
                found += [candidates.neighbours(view, asking, others) for view in crossing]
                if embedded is not None:
                    found.append(candidates.of_like_meaning(embedded, asking, others))
    if not found:
        nothing = np.zeros(0, np.int64)
        return candidates.Pairs(nothing, nothing)
    return candidates.together(found, len(langs))


def _about(asked: candidates.Pairs, found: candidates.Pairs, rows: int) -> candidates.Pairs:
    """Pairs that are asked for, and those that have a part in what is said of them."""
    pairs = candidates.together([found, asked], rows)
    named = np.concatenate(asked)
    part = np.isin(pairs.a, named) | np.isin(pairs.b, named)
    return candidates.Pairs(pairs.a[part], pairs.b[part])


def _compared(
    window: Window, pairs: candidates.Pairs, first: int, hours: FloatArray
) -> tuple[BoolArray, BoolArray, FloatArray]:
    """Which pairs are copies, which are forms filled anew, and their overlap (p, 3)."""
    a, b = pairs.a + first, pairs.b + first
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


def _two_languages(langs: IntArray, names: tuple[str, ...], a: IntArray, b: IntArray) -> BoolArray:
    known = np.array([bool(name) for name in names])[langs]
    two: BoolArray = known[a] & known[b] & (langs[a] != langs[b])
    return two


def _of_one_language(
    cosines: FloatArray, pairs: candidates.Pairs, hours: FloatArray, own: BoolArray
) -> FloatArray:
    """The features of all pairs, (p, f); `own` (p,) are pairs of texts of their own, not copies."""
    body, lead, title, _, stems = cosines.T
    larger, smaller = scoring.relative(body + lead, pairs.a, pairs.b, own, scoring.LEAST_BEST)
    crowd = scoring.crowd(stems, pairs.a, pairs.b, own)
    # times the cosine: of strangers, too, one is the nearest
    shares = stems * larger, stems * smaller
    return np.column_stack([title, stems, scoring.days(hours), *shares, crowd])


def _of_two_languages(
    crossing: bridge.Crossing,
    pairs: candidates.Pairs,
    hours: FloatArray,
    own: BoolArray,
    kindred: BoolArray,
) -> FloatArray:
    """The features of pairs of two languages, (p, f); `kindred` (p,) have no lexicon for both."""
    a, b = pairs.a, pairs.b
    names, words, grams = (vectors.cosines(view, a, b) for view in crossing)
    words = np.where(kindred, grams, words)  # pieces of words, where words don't meet
    best = scoring.LEAST_BEST_ACROSS
    larger, smaller = scoring.relative(names + words + grams, a, b, own, best)
    shares = words * larger, words * smaller
    return np.column_stack([names, words, grams, scoring.days(hours), np.isnan(hours), *shares])


def _of_meaning(
    embedded: npt.NDArray[np.float32], pairs: candidates.Pairs, own: BoolArray
) -> FloatArray:
    """What an embedder adds to these features, (p, 3)."""
    products = embedded[pairs.a] * embedded[pairs.b]
    meaning = np.maximum(products.sum(axis=1, dtype=np.float64), 0.0)
    larger, smaller = scoring.relative(meaning, pairs.a, pairs.b, own, scoring.LEAST_BEST)
    return np.column_stack([meaning, meaning * larger, meaning * smaller])

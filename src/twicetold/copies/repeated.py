"""Learn by counting which repeated passages of bodies are furniture.

A consent wall, a footer or a form stands under many titles that have nothing in common, and it has
none of their words. A reprinted wire text stands under titles of one event, and has their words.
Signatures tell which articles share something, so that few texts have to be read. Start reading at
`shared_values` and `suspects`, which choose these articles, then `learn_passages`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from ..arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    UInt32Array,
    UIntArray,
    is_first,
    mask_of_spans,
)
from ..text.furniture import LEAST_NAMED_WORDS, RUN_WORDS
from ..text.matrix import Matrix, incidence, ones_like, set_hashes
from ..text.runs import STEP, mix64, run_hashes
from ..text.tokens import Marked, spelled_out
from ..text.topics import Topics, terms_of
from ..text.words import Words, full_text
from .minhash import EMPTY

LEAST_TITLES = 3  # different titles that a passage of furniture stands under; as for titles' own
MOST_RELATED = 0.2  # of the pairs of these titles have a word in common, by chance
REPEATS = 3  # articles of one outlet that have it: a report is printed once by each
MANY_TITLES = 10  # or so many titles without a word in common, of any outlets
LEAST_SILENT = 0.5  # of these titles mention nothing of what their article shares with others
MOST_MENTIONED = 0.1  # of these titles have half of their words in it: then it is their report
LEAST_WORDS = 12  # of a passage; shorter ones are stock phrases in newswire_1987
LEAST_EVIDENCE = 100  # words of a passage x titles that it stands under; below it, too
FORM_SHARE = 0.5  # of a body that are such passages: the body is a form that was filled in
_BY_CHANCE = 0.1  # share that a single shared term counts as
_COLUMN_STEP = 4  # a quarter of the values of each signature shows what is worth reading


def sampled(signatures: UInt32Array) -> UInt32Array:
    """Return the values of signatures (n, 128) that show what is worth reading, (n, 32)."""
    return signatures[:, ::_COLUMN_STEP]


def shared_values(values: UInt32Array) -> Matrix:
    """Return the sets of articles that share one of their `sampled` values (n, k), as (g, n).

    The cells of a set count the values that all of it shares.
    """
    groups, rows = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    count = 0
    for column in values.T:
        order = np.argsort(column, kind="stable")
        number = np.cumsum(is_first(column[order])) - 1
        large = np.bincount(number)[number] >= LEAST_TITLES
        large &= column[order] != EMPTY
        groups.append(number[large] + count)
        rows.append(order[large])
        count += len(column)
    return _distinct_sets(np.concatenate(groups), np.concatenate(rows), len(values))


def suspects(shared: Matrix, topics: Topics) -> IntArray:
    """Return the rows, ascending, that share two values or more under unrelated titles.

    A stock phrase is one value of a signature at most; a passage worth leaving out is more.
    """
    unrelated = shared[np.flatnonzero(_unrelated(shared, topics))]
    return np.flatnonzero(np.asarray(unrelated.sum(axis=0)).ravel() > 1)


def learn_passages(words: Words, topics: Topics, outlets: Sequence[str]) -> BoolArray:
    """Mark the words of n articles that belong to passages of furniture, (t,).

    Such a passage stands under `LEAST_TITLES` titles or more that have nothing in common, and these
    are not about it: at least `LEAST_SILENT` of them mention nothing of what their articles share
    with others, and at most `MOST_MENTIONED` of them have half of their words there. One outlet
    repeats it, or `MANY_TITLES` have it: three papers may print one report under such headlines.
    """
    runs = _body_runs(words)
    _, number = np.unique(runs.hashes, return_inverse=True)
    repeated = np.bincount(number)[number] >= LEAST_TITLES
    runs, number = runs.select(repeated), number[repeated]
    size = len(topics.titles)
    carriers = incidence(number, runs.rows, (int(number.max(initial=-1)) + 1, size))
    many = _count_titles(carriers, topics) >= LEAST_TITLES
    runs, number = runs.select(many[number]), number[many[number]]
    mentioned = _mentioned_share(words, runs.mask(len(words.marks)), topics)
    silent = _only(carriers, mentioned == 0)
    titles = _count_titles(carriers, topics)
    furniture = _unrelated(silent, topics)
    furniture &= (_most_of_one(carriers, outlets) >= REPEATS) | (titles >= MANY_TITLES)
    furniture &= _count_titles(silent, topics) >= LEAST_SILENT * titles
    furniture &= _count_titles(_only(carriers, mentioned >= 0.5), topics) <= MOST_MENTIONED * titles
    is_furniture = furniture[number]
    return _without_phrases(words, runs.select(is_furniture), titles[number[is_furniture]])


class _Runs(NamedTuple):
    """Runs of words in the bodies of articles, (r,) each."""

    hashes: UIntArray
    rows: IntArray  # the article
    starts: IntArray  # the first word, a place in the words of all articles
    lengths: IntArray  # in words

    def select(self, chosen: BoolArray) -> "_Runs":
        return _Runs(
            self.hashes[chosen], self.rows[chosen], self.starts[chosen], self.lengths[chosen]
        )

    def mask(self, size: int) -> BoolArray:
        """Mark the words that are in one of the runs, (size,)."""
        return mask_of_spans(self.starts, self.starts + self.lengths, size)


def passages_in(
    words: Words, mask: BoolArray, titles: Sequence[str], bodies: Sequence[str]
) -> list[tuple[str, list[int]]]:
    """Return the passages that the mask (t,) marks, and the rows of the articles that have each.

    A passage inside an earlier, longer one is not listed.
    """
    starts, ends = _spans(words, mask)
    row = words.tokens.rows()
    texts: list[str] = []
    carriers: list[set[int]] = []
    named: dict[int, int] = {}  # hash of a run -> the passage that has it
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        article = int(row[start])
        runs = run_hashes(words.tokens.hashes[start:end], min(RUN_WORDS, end - start)).tolist()
        if not all(run in named for run in runs):
            text = spelled_out(full_text(titles[article], bodies[article]))
            texts.append(text[words.tokens.starts[start] : words.tokens.ends[end - 1]])
            carriers.append(set())
            for run in runs:
                named.setdefault(run, len(texts) - 1)
        for passage in {named[run] for run in runs}:
            carriers[passage].add(article)
    return [(text, sorted(rows)) for text, rows in zip(texts, carriers, strict=True)]


def _body_runs(words: Words) -> _Runs:
    """Return every run of `RUN_WORDS` words of each body; a shorter body is one run."""
    places = np.flatnonzero(~words.in_title)
    size = len(words.tokens.offsets) - 1
    rows = words.tokens.rows()[places]
    hashes, lengths = words.tokens.hashes[places], np.bincount(rows, minlength=size)
    parts = []
    shortest = int(lengths[lengths > 0].min(initial=RUN_WORDS))
    for length in range(shortest, RUN_WORDS + 1):
        runs = run_hashes(hashes, length)
        starts = np.arange(len(runs))
        inside = rows[: len(runs)] == rows[length - 1 :][: len(runs)]
        if length < RUN_WORDS:
            inside &= lengths[rows[: len(runs)]] == length
        starts = starts[inside]
        # bodies that differ in length share no run, unless both are long
        parts.append(
            _Runs(
                mix64(runs[starts] + np.uint64(length)),
                rows[starts],
                places[starts],
                np.full(len(starts), length),
            )
        )
    return _Runs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _without_phrases(words: Words, runs: _Runs, titles: IntArray) -> BoolArray:
    """Mark the words of runs (r,) that stand under so many `titles` (r,), but not stock phrases.

    A passage has `LEAST_WORDS` or is a whole body, and needs `LEAST_EVIDENCE`. In a body that is a
    form, `FORM_SHARE` of it such passages, the shorter ones between its names are part of it.
    """
    size = len(words.marks)
    starts, ends = _spans(words, runs.mask(size))
    of_word = np.zeros(size + 1, np.int64)
    np.maximum.at(of_word, runs.starts, titles)
    bounds = np.stack([starts, ends], axis=1).ravel()
    most = np.maximum.reduceat(of_word, bounds)[::2] if len(bounds) else bounds
    row, lengths = words.tokens.rows(), ends - starts
    in_body = np.bincount(row[~words.in_title], minlength=len(words.tokens.offsets) - 1)
    is_body = (lengths == in_body[row[starts]]) & (lengths >= LEAST_NAMED_WORDS)
    strong = (lengths >= LEAST_WORDS) | is_body
    strong &= lengths * most >= LEAST_EVIDENCE
    marked = np.bincount(row[starts[strong]], lengths[strong], minlength=len(in_body))
    is_form = (marked > 0) & (marked >= FORM_SHARE * in_body)
    strong |= is_form[row[starts]]
    return mask_of_spans(starts[strong], ends[strong], size)


def _spans(words: Words, mask: BoolArray) -> tuple[IntArray, IntArray]:
    """Return first word and end of each unbroken run of marked words within one article, (s,)."""
    row = words.tokens.rows()
    places = np.flatnonzero(mask)
    new = np.append(True, (np.diff(places) > 1) | (np.diff(row[places]) > 0))[: len(places)]
    starts = places[new]
    ends = places[np.append(new[1:], True)[: len(places)]] + 1
    return starts, ends


def _mentioned_share(words: Words, repeated: BoolArray, topics: Topics) -> FloatArray:
    """Return which share of each title's terms its article's marked words have, (n,).

    One term alone may be there by chance, and counts as a tenth; a title without terms has 0.
    """
    marked = Marked(words.tokens, words.marks, words.stems)
    rows, hashes = terms_of(marked, repeated)
    title_rows = np.repeat(np.arange(len(topics.titles)), np.diff(topics.terms.indptr))
    titles = topics.hashes[topics.terms.indices]
    shared = np.isin(_labelled(title_rows, titles), _labelled(rows, hashes))
    terms = np.diff(topics.terms.indptr)
    same = np.bincount(title_rows[shared], minlength=len(terms))
    return np.where(same == 1, _BY_CHANCE, same / np.maximum(terms, 1))


def _most_of_one(groups: Matrix, outlets: Sequence[str]) -> FloatArray:
    """Return how many articles one outlet has at most in each group of articles (g, n), (g,)."""
    _, column = np.unique(outlets, return_inverse=True)
    shape = (len(column), int(column.max(initial=-1)) + 1)
    counts = groups @ incidence(np.arange(len(column)), column, shape)
    return np.asarray(counts.max(axis=1).todense(), np.float64).ravel()


def _only(groups: Matrix, chosen: BoolArray) -> Matrix:
    """Return groups of articles (g, n) with only the `chosen` (n,) of them."""
    selected = sparse.csr_array(groups @ sparse.diags_array(chosen.astype(np.float32)))
    selected.eliminate_zeros()
    return selected


def _labelled(rows: IntArray, hashes: UIntArray) -> UIntArray:
    return mix64(hashes + rows.astype(np.uint64) * np.uint64(STEP))


def _unrelated(groups: Matrix, topics: Topics) -> BoolArray:
    """Return which groups of articles, (g, n), have titles with nothing in common, (g,).

    They have `LEAST_TITLES` different titles, and few pairs of these share a term.
    """
    first_row = np.unique(topics.titles, return_index=True)[1]
    titles, terms = _titles_of(groups, topics), topics.terms[first_row]
    counts = sparse.csr_array(titles @ terms)
    shared = np.asarray((counts.multiply(counts) - counts).sum(axis=1)).ravel()
    many = _count_titles(groups, topics)
    return np.asarray((many >= LEAST_TITLES) & (shared <= MOST_RELATED * many * (many - 1)))


def _count_titles(groups: Matrix, topics: Topics) -> IntArray:
    """Return how many different titles each group of articles (g, n) has, (g,)."""
    return np.diff(_titles_of(groups, topics).indptr)


def _titles_of(groups: Matrix, topics: Topics) -> Matrix:
    """Return 1 for each different title of each group; titles without a term do not count."""
    names, column = np.unique(topics.titles, return_inverse=True)
    has_terms = topics.titles >= 0
    rows = np.flatnonzero(has_terms)
    title = incidence(rows, column[has_terms], (len(column), len(names)))
    return ones_like(sparse.csr_array(groups @ title))


def _distinct_sets(groups: IntArray, rows: IntArray, size: int) -> Matrix:
    """Return groups of rows as (g, size), each set once, its cells how many groups are that set.

    `groups` (e,) are ascending.
    """
    _, number = np.unique(groups, return_inverse=True)
    sets = incidence(number, rows, (int(number.max(initial=-1)) + 1, size))
    hashes = set_hashes(sets.indices, sets.indptr)
    _, first, times = np.unique(hashes, return_index=True, return_counts=True)
    return sparse.csr_array(sparse.diags_array(times.astype(np.float32)) @ sets[first])

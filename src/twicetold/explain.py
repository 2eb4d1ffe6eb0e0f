"""Why two articles are, or are not, one story; and what holds a story together.

The figures are those of the clustering: the same window, the same functions, asked about one
pair. Start reading at `why`.
"""

from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np

from . import bridge, candidates, embedding, pairs, scoring, signatures, text, tokens, vectors
from .clustering import components
from .errors import TwicetoldError
from .index import Index, buckets, of_one_moment, windows
from .runs import ACTIVE_DAYS, settings_of
from .window import Window

_SHARED_TERMS = 12
_SHARED_THINGS = 16
_LEAST_NUMBER = 3  # digits; shorter ones come last
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
    round_up: bool  # one walks through the news, by its title, and belongs to no event in it
    pruned: list[int]  # which of the two has no text: then what was kept decides
    probability: float | None  # that both report one event, 0..1; None: pruned, and no link
    log_odds: float | None  # the sum, before the texts have their say; None: pruned
    intercept: float | None  # where the sum starts; None: pruned
    contributions: list[scoring.Contribution]  # the loudest first
    jaccard: float | None  # None: too little text in common to compare
    a_in_b: float | None  # share of A's text that B has; None beside a jaccard: by signature
    b_in_a: float | None  # share of B's text that A has
    shared_terms: list[str]  # rarest first; of two languages 'Abou Dhabi = Abu Dhabi'
    passages: list[str]  # text that both have, longest first


class Bond(NamedTuple):
    """How firmly a report belongs to its story."""

    article: int  # its id
    outlet: str
    nearest: int | None  # the report that it is linked to most firmly
    probability: float  # of that link
    mean: float  # over all other reports, those without a link as 0
    without: float | None  # how firmly the others hold together; None: fewer than two
    title: str


class Hold(NamedTuple):
    """What holds a story together."""

    story: int  # its number
    title: str
    cohesion: float | None  # mean probability over all pairs; None: a single report
    weakest: list[int]  # two reports: of the links that the story hangs on, the weakest; [] for one
    probability: float | None  # of that link
    parts: list[list[int]]  # the reports on either side of it: what it would fall into
    reports: list[Bond]  # the loosest first


@of_one_moment
def why(index: Index, a: str, b: str) -> Why:
    """The evidence for and against two articles being one story; ids, keys or urls.

    Raises NotFoundError, and TwicetoldError when both are the same.
    """
    ids = sorted({index.article_id(a), index.article_id(b)})
    if len(ids) == 1:
        raise TwicetoldError(index.place, f"'{a}' and '{b}' are one article", hint="name two")
    named = {id: _named(index, id) for id in ids}
    if pruned := [id for id in ids if _is_pruned(index, id)]:
        return _kept(index, ids, named, pruned)
    days = [windows.day_number(one.published) for one in named.values()]
    first = min(max(days) - 2 * ACTIVE_DAYS + 1, min(days))
    window = windows.load(index.connection, first, max(days))
    rows = sorted(int(np.flatnonzero(window.ids == id)[0]) for id in ids)
    return _evidence(index, window, (rows[0], rows[1]), named)


@of_one_moment
def hold(index: Index, story: int) -> Hold:
    """What holds a story together, and the report that fits least. Raises NotFoundError."""
    story = index.story_id(story)
    title, cohesion = index.connection.execute(
        "select title, cohesion from stories where id = ?", (story,)
    ).fetchone()
    rows = index.connection.execute(
        "select articles.id, outlets.name, title from articles"
        " join outlets on outlets.id = outlet_id where story_id = ? order by articles.id",
        (story,),
    ).fetchall()
    links: list[tuple[int, int, float]] = index.connection.execute(
        "select a, b, probability from links join articles as x on x.id = a"
        " join articles as y on y.id = b where probability > 0 and x.story_id = ?"
        " and y.story_id = x.story_id order by probability desc, a, b",
        (story,),
    ).fetchall()
    tree = _spanning([row[0] for row in rows], links)
    weakest, probability = (list(tree[-1][:2]), tree[-1][2]) if tree else ([], None)
    parts = _components([row[0] for row in rows], tree[:-1])
    bonds = _bonds(rows, links)
    return Hold(story, title, cohesion, weakest, probability, parts if tree else [], bonds)


def _bonds(rows: list[tuple[int, str, str]], links: list[tuple[int, int, float]]) -> list[Bond]:
    own: dict[int, list[tuple[float, int]]] = {row[0]: [] for row in rows}
    for a, b, probability in links:
        own[a].append((probability, b))
        own[b].append((probability, a))
    total, others = sum(link[2] for link in links), len(rows) - 1
    pairs = others * (others - 1) / 2
    found = []
    for id, outlet, title in rows:
        probability, nearest = max(own[id], default=(0.0, None))
        summed = sum(p for p, _ in own[id])
        mean = round(summed / others, 6) if others else 1.0
        without = round((total - summed) / pairs, 6) if pairs else None
        found.append(Bond(id, outlet, nearest, probability, mean, without, title))
    return sorted(found, key=lambda bond: (bond.mean, bond.article))


def _spanning(
    articles: list[int], links: list[tuple[int, int, float]]
) -> list[tuple[int, int, float]]:
    """The links that the articles hang on, the strongest first; `links` in that order.

    Source: Kruskal 1956, On the shortest spanning subtree of a graph.
    """
    group = {id: id for id in articles}
    tree = []
    for a, b, probability in links:
        if group[a] != group[b]:
            old, new = group[a], group[b]
            group = {id: new if of == old else of for id, of in group.items()}
            tree.append((a, b, probability))
    return tree


def _components(articles: list[int], links: list[tuple[int, int, float]]) -> list[list[int]]:
    """The articles that links hold together, the most first."""
    row = {id: place for place, id in enumerate(articles)}
    a = np.array([row[link[0]] for link in links], np.int64)
    b = np.array([row[link[1]] for link in links], np.int64)
    parts: dict[int, list[int]] = {}
    for id, label in zip(articles, components(len(articles), a, b).tolist(), strict=True):
        parts.setdefault(label, []).append(id)
    return sorted(parts.values(), key=lambda part: (-len(part), part))


def _evidence(index: Index, window: Window, rows: tuple[int, int], named: dict[int, Named]) -> Why:
    a, b = rows
    settings = settings_of(index)
    block = embedding.block(index.connection, window, settings.embedder)
    first = int(np.searchsorted(window.day, window.day[b] - 2 * ACTIVE_DAYS, "right"))
    near = int(np.searchsorted(window.day, window.day[b] - ACTIVE_DAYS, "right"))
    first, near = min(first, a), min(near, a)
    asked = candidates.Pairs(np.array([a]), np.array([b]))
    queries = window.day[first:] == window.day[b]
    by = settings.scorer
    found = pairs.evidence(block, first, len(window.ids), near, queries, by, asked)
    place = int(np.flatnonzero((found.a == a) & (found.b == b))[0])
    ids = int(window.ids[a]), int(window.ids[b])
    model = by.across(block.embedded is not None) if found.across[place] else by.one_language
    features = found.features[place][: len(model.names)]
    jaccard, a_in_b, b_in_a = (None if np.isnan(x) else float(x) for x in found.overlap[place])
    return Why(
        named[ids[0]],
        named[ids[1]],
        str(found.kind[place]),
        bool(window.story[a] == window.story[b] != 0),
        any(text.is_round_up(block.headlines[row]) for row in rows),
        [],
        float(found.probability[place]),
        float(scoring.log_odds(features[None, :], model)[0]),
        model.intercept,
        scoring.explain(features, model),
        jaccard,
        a_in_b,
        b_in_a,
        _shared_things(block, a, b) if found.across[place] else _shared_terms(block, a, b),
        passages(text.own_words(window.bodies[a]), text.own_words(window.bodies[b])),
    )


def _kept(index: Index, ids: list[int], named: dict[int, Named], pruned: list[int]) -> Why:
    """What stands in the index of a pair of which a text was pruned: their link, or signatures."""
    db = index.connection
    one, other = sorted(ids, key=lambda id: (named[id].published, id))
    kind, probability, jaccard, a_in_b, b_in_a = db.execute(
        "select kind, probability, jaccard, a_in_b, b_in_a from links where (a, b) in"
        " (values (?, ?), (?, ?))",
        (one, other, other, one),
    ).fetchone() or ("story", None, None, None, None)
    if jaccard is None:
        pair = np.array([0]), np.array([1])
        matrix = buckets.signature_matrix(db, [one, other])
        jaccard = float(signatures.estimate(matrix, *pair)[0]) or None
    stories = db.execute("select story_id from articles where id in (?, ?)", ids).fetchall()
    standing = stories[0] == stories[1] != (None,)
    told = any(text.is_round_up(named[id].title) for id in ids)
    shared = jaccard, a_in_b, b_in_a
    said = named[one], named[other], kind, standing, told, pruned, probability
    return Why(*said, None, None, [], *shared, [], [])


def _is_pruned(index: Index, id: int) -> bool:
    sql = "select pruned is not null from articles where id = ?"
    return bool(index.connection.execute(sql, (id,)).fetchone()[0])


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
    """Terms of both articles, the rarest first."""
    counts = block.terms.counts.body
    both = np.intersect1d(counts[[a]].indices, counts[[b]].indices).astype(np.int64)
    known = np.nan_to_num(block.background, nan=np.inf).max(axis=0)
    often = np.bincount(counts.indices, minlength=counts.shape[1])
    rarest = both[np.lexsort((both, often[both], -known[both]))][:_SHARED_TERMS]
    return pairs.words(block.terms, block.headlines, block.window.bodies, rarest)


def _shared_things(block: pairs.Block, a: int, b: int) -> list[str]:
    """Names, numbers and dates of two languages, as both write them.

    First those that the two write differently, which nobody would search for, then the rarest.
    """
    assert block.crossing is not None
    titles, bodies = block.headlines, block.window.bodies
    one, other = (tokens.spelled_out(vectors.text_of(titles[row], bodies[row])) for row in (a, b))
    often = np.bincount(block.crossing.names.indices, minlength=len(block.things))
    articles = dict(zip(block.things, often.tolist(), strict=True))
    found = bridge.shared((one, other))
    rarest = sorted(
        found, key=lambda name: (len(name) < _LEAST_NUMBER, articles.get(name, 0), name)
    )
    written = [_written(*found[name]) for name in rarest]
    return sorted(written, key=lambda both: " = " not in both)[:_SHARED_THINGS]


def _written(one: str, other: str) -> str:
    """'Grynkewich', or 'Abou Dhabi = Abu Dhabi'."""
    one, other = " ".join(one.split()), " ".join(other.split())
    return one if one.lower() == other.lower() else f"{one} = {other}"


def _named(index: Index, id: int) -> Named:
    row = index.connection.execute(
        "select articles.id, name, lang, coalesce(published, first_seen), title from articles"
        " join outlets on outlets.id = outlet_id where articles.id = ?",
        (id,),
    ).fetchone()
    return Named(*row)

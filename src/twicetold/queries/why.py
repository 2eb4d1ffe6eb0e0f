"""Why two articles are, or are not, one story; and what holds a story together.

The figures are those of the clustering: the same window, the same functions, asked about one
pair. Start reading at `why`.
"""

from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np

from ..clustering import model as scoring
from ..clustering import neighbours as candidates
from ..clustering import pair_scoring as pairs
from ..clustering.linkage import components
from ..clustering.weights import Weighed
from ..copies import minhash as signatures
from ..errors import TwicetoldError
from ..index import Index, buckets, of_one_moment, windows
from ..index.times import TIME, day_number
from ..jobs.runs import Settings, settings_of
from ..text import cleaning as text
from ..text import crosslingual as bridge
from ..text import terms as vectors
from ..text import tokens
from ..text.tokens import IntArray
from .context import Surroundings, around, stranger
from .relevant_pairs import bearing

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
    in_time, _ = windows.in_time(index.connection, ids)
    earlier, later = (_named(index, id) for id in in_time.tolist())
    if pruned := [id for id in ids if _is_pruned(index, id)]:
        return _kept(index, earlier, later, pruned)
    settings = settings_of(index)
    return _told(earlier, later, _asked(index, earlier, later, settings), settings.scorer)


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


class _Asked(NamedTuple):
    """A pair among the articles that bear on what is said of it."""

    there: Surroundings
    articles: Weighed
    pairs: candidates.Pairs  # of their rows
    rows: tuple[int, int]  # of the pair
    headlines: tuple[str, str]


def _asked(index: Index, earlier: Named, later: Named, settings: Settings) -> _Asked:
    """The pair in the surroundings in which the clustering of the later one's day saw it."""
    day, days = day_number(later.published), settings.active_days
    there = around(index, day - 2 * days + 1, day, settings, earlier.lang)

    def ask(places: IntArray) -> candidates.Pairs:
        return there.neighbours(there.latest[places])

    a, b = there.row(earlier.article), there.row(later.article)
    assert b is not None
    if a is None or not there.reach[a]:
        found = bearing(there.articles, there.asking, there.latest, ask, [b])
        return _of_old(index, there, earlier, (a, b), found, settings)
    found = bearing(there.articles, there.asking, there.latest, ask, [a, b])
    found = candidates.together([found, _pair(a, b)], len(there.reach))
    return _Asked(there, there.articles, found, (a, b), (there.headlines[a], there.headlines[b]))


def _of_old(
    index: Index,
    there: Surroundings,
    earlier: Named,
    rows_of_both: tuple[int | None, int],
    found: candidates.Pairs,
    settings: Settings,
) -> _Asked:
    """A pair whose first is too old to be found: as if it were new, as `match` sees a draft."""
    a, b = rows_of_both
    if a is not None:  # it is counted with the others already
        one, headline = there.articles.taken(np.array([a])), there.headlines[a]
    else:
        window = windows.one(index.connection, earlier.article)
        one, headline = stranger(index, there, window, settings)
    near = there.near(one)
    rows = np.unique(np.concatenate([found.a, found.b, near, [b]]))
    others = there.articles.taken(rows) if a is not None else there.among(rows, one)
    pair = 0, 1 + int(np.searchsorted(rows, b))
    known = candidates.Pairs(*(1 + np.searchsorted(rows, some) for some in found))
    own = candidates.Pairs(np.zeros(len(near), np.int64), 1 + np.searchsorted(rows, near))
    found = candidates.together([_pair(*pair), known, own], len(rows) + 1)
    return _Asked(there, one.beside(others), found, pair, (headline, there.headlines[b]))


def _pair(a: int, b: int) -> candidates.Pairs:
    return candidates.Pairs(np.array([a]), np.array([b]))


def _told(earlier: Named, later: Named, asked: _Asked, models: scoring.Models) -> Why:
    (a, b), window = asked.rows, asked.articles.window
    found = pairs.evidence(asked.articles, asked.pairs, models)
    place = int(np.flatnonzero((found.a == a) & (found.b == b))[0])
    across = bool(found.across[place])
    embedded = asked.articles.embedded is not None
    model = models.across(embedded) if across else models.one_language
    features = found.features[place][: len(model.names)]
    jaccard, a_in_b, b_in_a = (None if np.isnan(x) else float(x) for x in found.overlap[place])
    return Why(
        earlier,
        later,
        str(found.kind[place]),
        bool(window.story[a] == window.story[b] != 0),
        any(map(text.is_round_up, asked.headlines)),
        [],
        float(found.probability[place]),
        float(scoring.log_odds(features[None, :], model)[0]),
        model.intercept,
        scoring.explain(features, model),
        jaccard,
        a_in_b,
        b_in_a,
        _shared_things(asked) if across else _shared_terms(asked),
        passages(text.own_words(window.bodies[a]), text.own_words(window.bodies[b])),
    )


def _kept(index: Index, earlier: Named, later: Named, pruned: list[int]) -> Why:
    """What stands in the index of a pair of which a text was pruned: their link, or signatures."""
    db, ids = index.connection, [earlier.article, later.article]
    kind, probability, jaccard, a_in_b, b_in_a = db.execute(
        "select kind, probability, jaccard, a_in_b, b_in_a from links where (a, b) = (?, ?)", ids
    ).fetchone() or ("story", None, None, None, None)
    if jaccard is None:
        pair = np.array([0]), np.array([1])
        matrix = buckets.signature_matrix(db, ids)
        jaccard = float(signatures.estimate(matrix, *pair)[0]) or None
    stories = db.execute("select story_id from articles where id in (?, ?)", ids).fetchall()
    standing = stories[0] == stories[1] != (None,)
    told = any(text.is_round_up(one.title) for one in (earlier, later))
    said = earlier, later, kind, standing, told, pruned, probability
    return Why(*said, None, None, [], jaccard, a_in_b, b_in_a, [], [])


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


def _shared_terms(asked: _Asked) -> list[str]:
    """Terms of both articles, the rarest first."""
    body, there = asked.articles.fields.body, asked.there
    one, other = (body[[row]].indices for row in asked.rows)
    both = np.intersect1d(one, other).astype(np.int64)
    known = np.nan_to_num(there.background[:, both], nan=np.inf).max(axis=0)
    rarest = both[np.lexsort((both, there.having[both], -known))][:_SHARED_TERMS]
    return there.words(rarest)


def _shared_things(asked: _Asked) -> list[str]:
    """Names, numbers and dates of two languages, as both write them.

    First those that the two write differently, which nobody would search for, then the rarest.
    """
    bodies, often = asked.articles.window.bodies, asked.there.naming
    one, other = (
        tokens.spelled_out(vectors.text_of(title, bodies[row]))
        for title, row in zip(asked.headlines, asked.rows, strict=True)
    )
    found = bridge.shared((one, other))
    rarest = sorted(found, key=lambda name: (len(name) < _LEAST_NUMBER, often.get(name, 0), name))
    written = [_written(*found[name]) for name in rarest]
    return sorted(written, key=lambda both: " = " not in both)[:_SHARED_THINGS]


def _written(one: str, other: str) -> str:
    """'Grynkewich', or 'Abou Dhabi = Abu Dhabi'."""
    one, other = " ".join(one.split()), " ".join(other.split())
    return one if one.lower() == other.lower() else f"{one} = {other}"


def _named(index: Index, id: int) -> Named:
    row = index.connection.execute(
        f"select articles.id, name, lang, {TIME}, title from articles"
        " join outlets on outlets.id = outlet_id where articles.id = ?",
        (id,),
    ).fetchone()
    return Named(*row)

"""Find copies and stories among pending articles, day by day. Start reading at `cluster_pending`.

From `windows.load` to `stories.save` an article is a row number.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from sqlite3 import Connection

import numpy as np

from ..arrays import BoolArray, Float32Array
from ..clustering.pair_scoring import ScoredPairs, score_day
from ..clustering.replay import Anchors, Decisions, Replay, RowLinks, Ties, row_links
from ..clustering.term_weights import count_block
from ..clustering.traits import between_reports, traits_of
from ..clustering.window import Window, context_days
from ..index import (
    articles,
    copy_groups,
    crowds,
    decisions,
    embeddings,
    links,
    priors,
    runs,
    stories,
    story_events,
    windows,
)
from ..index.settings import Settings
from ..index.story_events import Event
from ..index.windows import Stretch
from ..progress import Progress
from ..queries.vectors import window_embeddings
from .copy_search import link_copies
from .crowd_search import link_crowds
from .furniture import learn_furniture
from .run_records import Counts
from .stale import refresh_stale
from .word_cache import WordCache


def cluster_pending(db: Connection, run_id: int, settings: Settings, progress: Progress) -> Counts:
    """Cluster all pending articles; must run inside a transaction."""
    first_new = copy_groups.next_id(db, "stories")
    story_events.begin(db)
    with progress("furniture", 0):
        words = learn_furniture(db, settings.active_days)
    with progress("copies", 0):
        new_links = link_crowds(db, words) + link_copies(db, settings.active_days, words)
    for stretch in windows.plan(db, settings.active_days):
        new_links += _replay(db, stretch, settings, words, progress)
    crowds.follow(db)
    refresh_stale(db)
    articles.mark_clustered(db)
    first_active = windows.first_active_day(db, settings.active_days)
    events = story_events.finish(db, run_id, lambda id: id >= first_new, first_active)
    counts = _count(events, new_links, decisions.count_overruled(db))
    runs.add_counts(db, run_id, counts._asdict())
    return counts


def _replay(
    db: Connection, stretch: Stretch, settings: Settings, words: WordCache, progress: Progress
) -> int:
    """Replay the days of a stretch and save what they give. Returns the number of new links."""
    days, active_days = stretch.days, settings.active_days
    window = windows.load(db, days[0] - context_days(active_days) + 1, days[-1])
    frozen = _frozen(window, stretch, active_days)
    changing = np.isin(window.day, days) & ~frozen
    regrouped = links.delete_neighbours(db, window.ids[changing].tolist())
    vectors = _embeddings(db, window, settings.embedder, progress)
    with progress("vectors", len(window.ids)):
        block = count_block(window, words.of_window(window), vectors)
    ties = _existing_ties(db, window, frozen, stretch.days_to_come)
    traits = traits_of(block)
    replay = Replay(traits, ties, frozen, active_days)
    new_links = 0
    with progress("stories", len(days)) as advance:
        for day in days:
            scores = score_day(block, day, active_days, settings.scorer)
            new = between_reports(_moving(scores.pairs, frozen), traits.is_report)
            new = new.select(replay.add_links(day, row_links(new)))
            new_links += links.save(db, _links(window, new))
            priors.save(db, day, window.langs, scores.prior)
            replay.cluster_day(day, scores.stems, settings.cut)
            advance(1)
    with progress("saving", len(window.ids)):
        copy_groups.regroup(db, [*window.ids[replay.copied_rows()].tolist(), *regrouped])
        window = stories.merge(db, window, replay.merged_stories())
        stories.save(db, window, replay.assignment(), block.headlines, stretch.days_to_come)
    return new_links


def _moving(pairs: ScoredPairs, frozen: BoolArray) -> ScoredPairs:
    """Return the pairs that have an article whose links may change."""
    return pairs.select(~(frozen[pairs.a] & frozen[pairs.b]))


def _frozen(window: Window, stretch: Stretch, active_days: int) -> BoolArray:
    """Mark the articles (n,) whose links and stories stay: settled, and not pending."""
    settled = (window.day <= stretch.last_frozen) & ~window.pending
    return settled | (window.day <= stretch.days[0] - active_days)


def _embeddings(
    db: Connection, window: Window, embedder: str, progress: Progress
) -> Float32Array | None:
    """Return the embeddings of a window of several languages, and store new ones."""
    if not embedder:
        return None
    with progress("embeddings", len(window.ids)) as advance:
        if not window.has_several_languages:
            return None

        def save(name: str, vectors: dict[int, embeddings.HalfArray]) -> None:
            embeddings.save(db, name, vectors)
            advance(len(vectors))

        return window_embeddings(db, window, embedder, save)


def _existing_ties(
    db: Connection, window: Window, frozen: BoolArray, days_to_come: frozenset[int]
) -> Ties:
    """Return what already ties rows of a window: links, decisions, and articles outside of it."""
    row = {id: place for place, id in enumerate(window.ids.tolist())}
    moving = window.ids[~frozen].tolist()
    ties = links.outside_ties(db, moving, set(moving), days_to_come)
    outside = sorted({tie.other for tie in ties} - row.keys())
    node = row | {id: len(row) + place for place, id in enumerate(outside)}
    stored = links.between(db, list(node))
    known = RowLinks(
        np.array([node[link.a] for link in stored], np.int64),
        np.array([node[link.b] for link in stored], np.int64),
        np.array([link.kind == "copy" for link in stored], bool),
        np.array([link.probability for link in stored], np.float64),
        np.array([(link.a_in_b, link.b_in_a) for link in stored], np.float64).reshape(-1, 2),
    )
    is_inside = (known.a < len(row)) & (known.b < len(row))
    anchors = Anchors(
        np.array([row[tie.article] for tie in ties], np.int64),
        np.array([tie.story for tie in ties], np.int64),
        np.array([node[tie.other] for tie in ties], np.int64),
        np.array([tie.is_copy for tie in ties], bool),
    )
    return Ties(known.select(is_inside), anchors, known.select(~is_inside), _decisions(db, row))


def _decisions(db: Connection, row: Mapping[int, int]) -> Decisions:
    """Return the decisions on two articles of a window, given the row of each id."""
    decided = decisions.between(db, list(row))
    same, different = (
        np.array([(row[a], row[b]) for a, b, each in decided if each == verdict], np.int64)
        for verdict in ("same", "different")
    )
    return Decisions(same.reshape(-1, 2), different.reshape(-1, 2))


def _links(window: Window, scored: ScoredPairs) -> Iterator[tuple[object, ...]]:
    """Return scored pairs of rows as links between articles, in the order of `Link`."""
    numbers = np.concatenate([scored.overlap, scored.cosines], axis=1)
    cells = numbers.astype(object)
    cells[np.isnan(numbers)] = None
    return zip(
        window.ids[scored.a].tolist(),
        window.ids[scored.b].tolist(),
        scored.kind.tolist(),
        repeat("neighbour", len(scored.a)),
        scored.probability.tolist(),
        *cells.T.tolist(),
        strict=True,
    )


def _count(events: Sequence[Event], new_links: int, overruled: int) -> Counts:
    changed: dict[str, set[int]] = {}
    for event in events:
        changed.setdefault(event.event, set()).add(event.story)
    new = changed.get("created", set())
    grown = set().union(*(changed.get(name, set()) for name in ("grown", "moved", "merged")))
    return Counts(
        links=new_links,
        new_stories=len(new),
        grown_stories=len(grown - new),
        merged_stories=sum(event.event == "merged" for event in events),
        split_stories=len(changed.get("split", ())),
        overruled_decisions=overruled,
    )

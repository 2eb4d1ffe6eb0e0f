"""Manual decisions on pairs of articles. Start reading at `resolve`, then `separate`."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..article import KEY_PREFIX
from ..clustering.linkage import allowed_links
from ..decision import Decision
from .columns import DECISION, LINK, PAIR
from .connected import connected
from .earlier import Earlier
from .store import Store

_FACTS = ("verdict", "by", "at", "note")
IdPair = tuple[int, int]


class Decided(NamedTuple):
    """Decisions on articles of this run, as pairs of ids, the lower first."""

    made: tuple[tuple[int, int, Decision], ...] = ()
    unknown: tuple[Decision, ...] = ()  # on an article that this run does not have

    @property
    def same(self) -> tuple[IdPair, ...]:
        """The pairs that are one story."""
        return tuple((a, b) for a, b, each in self.made if each.verdict == "same")

    @property
    def different(self) -> tuple[IdPair, ...]:
        """The pairs that are two stories."""
        return tuple((a, b) for a, b, each in self.made if each.verdict == "different")

    @property
    def ids(self) -> list[int]:
        """The articles that decisions name."""
        return sorted({id for a, b, _ in self.made for id in (a, b)})


def resolve(
    store: Store, articles: DataFrame, decisions: Sequence[Decision], earlier: Earlier
) -> Decided:
    """Return the decisions with the ids of their articles, earlier ones too; save the new ones."""
    ids = _ids(articles, decisions)
    made = [
        (row["a"], row["b"], Decision("", "", *(row[name] for name in _FACTS)))
        for row in earlier.rows("decisions")
    ]
    decided_before = {(a, b) for a, b, _ in made}
    new, unknown = [], []
    for each in decisions:
        a, b = (ids.get(name.removeprefix(KEY_PREFIX)) for name in (each.a, each.b))
        if a is None or b is None:
            unknown.append(each)
        elif (min(a, b), max(a, b)) not in decided_before:
            new.append((min(a, b), max(a, b), each))
    rows = [(a, b, *(getattr(each, name) for name in _FACTS)) for a, b, each in new]
    store.save("work/new_decisions", DECISION, store.session.createDataFrame(rows, DECISION))
    return Decided(tuple(made + new), tuple(unknown))


def _ids(articles: DataFrame, decisions: Sequence[Decision]) -> dict[str, int]:
    """Return the ids of the articles that decisions name, by key, and by outlet and key."""
    named = {name.removeprefix(KEY_PREFIX) for each in decisions for name in (each.a, each.b)}
    if not named:
        return {}
    keys = named | {name.partition("|")[2] for name in named}
    rows = articles.where(F.col("key").isin(sorted(keys))).select("id", "key", "outlet").collect()
    qualified = {f"{row['outlet']}|{row['key']}": row["id"] for row in rows}
    return qualified | {row["key"]: row["id"] for row in rows}


def separate(store: Store, links: DataFrame, decided: Decided) -> DataFrame:
    """Return the links without the copies that connect two articles decided to be different.

    The rule is that of `index.copy_groups.separate`; only what is connected with these articles
    is looked at.
    """
    if not decided.different:
        return links
    edges = links.where("kind = 'copy'").select("a", "b")
    if decided.same:
        edges = edges.union(store.session.createDataFrame(list(decided.same), PAIR))
    labels = connected(store, edges, "decided")
    near = labels.where(F.col("id").isin(decided.ids)).select("label").distinct()
    near_ids = labels.join(near, "label", "left_semi").select(F.col("id").alias("a"))
    chosen = links.where("kind = 'copy'").join(near_ids, "a", "left_semi")
    copied = sorted(((row["a"], row["b"]) for row in chosen.collect()), key=lambda pair: pair[::-1])
    ids, places = np.unique(
        np.array([*decided.same, *copied, *decided.different], np.int64), return_inverse=True
    )
    pairs = places.reshape(-1, 2)
    apart = pairs[len(pairs) - len(decided.different) :]
    a, b = pairs[: len(pairs) - len(apart)].T
    stay = allowed_links(len(ids), a, b, apart, fixed=len(decided.same))[len(decided.same) :]
    gone = [pair for pair, stays in zip(copied, stay, strict=True) if not stays]
    if not gone:
        return links
    dropped = store.session.createDataFrame(gone, PAIR)
    is_copy = F.col("kind") == "copy"
    copies = links.where(is_copy).join(dropped, ["a", "b"], "left_anti")
    return store.save("work/separated", LINK, copies.unionByName(links.where(~is_copy)))

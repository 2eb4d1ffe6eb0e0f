"""Manual decisions on pairs of articles. Start reading at `resolve`, then `separate`."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..article import KEY_PREFIX, qualified_key
from ..clustering.copy_links import tie_groups
from ..clustering.linkage import allowed_links
from ..decision import Decision
from .columns import DECISION, LINK, PAIR, arrow_schema, names
from .components import connected
from .earlier_tables import Earlier
from .row_links import links_inside, row_links_of
from .store import Store

_OF_CROWD = "is about one of a crowd of earlier days; a run of all articles obeys it"
_FACTS = ("verdict", "by", "at", "note")
IdPair = tuple[int, int]


class Decided(NamedTuple):
    """Decisions on articles of this run, as pairs of ids, the lower first."""

    made: tuple[tuple[int, int, Decision], ...] = ()
    rejected: tuple[tuple[Decision, str], ...] = ()  # with the reason

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


def resolve(articles: DataFrame, decisions: Sequence[Decision], earlier: Earlier) -> Decided:
    """Return the decisions with the ids of their articles.

    A decision of earlier days stays, unless there is another one on its pair now.
    """
    ids = _ids(articles, decisions)
    made = {
        (row["a"], row["b"]): Decision("", "", *(row[name] for name in _FACTS))
        for row in earlier.rows("decisions")
    }
    crowds = earlier.whole("crowds").where(F.col("article_id").isin(sorted(ids.values())))
    surplus = {row["article_id"] for row in crowds.collect()} if ids else set()
    rejected = []
    for each in decisions:
        a, b = (ids.get(name.removeprefix(KEY_PREFIX)) for name in (each.a, each.b))
        if a is None or b is None:
            rejected.append((each, f"no article '{each.a[:80]}' or '{each.b[:80]}'"))
        elif {a, b} & surplus:
            rejected.append((each, _OF_CROWD))
        else:
            made[min(a, b), max(a, b)] = each
    resolved = sorted((*pair, each) for pair, each in made.items())
    return Decided(tuple(resolved), tuple(rejected))


def decision_frame(session: SparkSession, decided: Decided) -> DataFrame:
    """Return the table of decisions."""
    rows = [(a, b, *(getattr(each, name) for name in _FACTS)) for a, b, each in decided.made]
    return session.createDataFrame(rows, DECISION)


def _copied(links: DataFrame) -> list[IdPair]:
    """Return the pairs of links that tie a copy group, in the order of the later article."""
    rows = [row.asDict() for row in links.select(*names(LINK)).collect()]
    rows.sort(key=lambda row: (row["b"], row["a"]))
    table = pa.Table.from_pylist(rows, arrow_schema(LINK))
    ids = np.union1d(table["a"].to_numpy(), table["b"].to_numpy())
    return [
        (rows[place]["a"], rows[place]["b"])
        for place in np.flatnonzero(tie_groups(row_links_of(table, ids))).tolist()
    ]


def _ids(articles: DataFrame, decisions: Sequence[Decision]) -> dict[str, int]:
    """Return the ids of the articles that decisions name, by key, and by outlet and key."""
    named = {name.removeprefix(KEY_PREFIX) for each in decisions for name in (each.a, each.b)}
    if not named:
        return {}
    keys = named | {name.partition("|")[2] for name in named}
    rows = articles.where(F.col("key").isin(sorted(keys))).select("id", "key", "outlet").collect()
    qualified = {qualified_key(row["outlet"], row["key"]): row["id"] for row in rows}
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
    of_groups = links.where("probability > 0")
    copied = _copied(links_inside(of_groups, labels.join(near, "label", "left_semi"), "label"))
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

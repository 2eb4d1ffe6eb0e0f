"""Copy groups: articles that copy links connect. Start reading at `regroup`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from sqlite3 import Connection

import numpy as np

from ..clustering.copy_links import tie_groups
from ..clustering.linkage import allowed_links, match_ids
from ..clustering.replay import RowLinks
from ..copies.origins import Reprint, find_origin
from ..pairs import components
from . import decisions, links, older_texts
from .sql import IN_TIME_ORDER, json_list


def regroup(db: Connection, changed: Sequence[int]) -> None:
    """Compute the copy groups again that these articles are in or join.

    A group is a connected component of copy links, without those to the items of a digest. It
    keeps the id that most of its articles had. See `find_origin` for who was first.
    """
    members = _members(db, changed)
    if not members:
        return
    older_texts.note_regrouped(db, members)
    ids = sorted(members)
    a, b = np.searchsorted(ids, np.array(_copied(db, ids), np.int64).reshape(-1, 2)).T
    labels = components(len(ids), a, b)
    sizes = np.bincount(labels, minlength=len(ids))
    label_of = {place: int(labels[place]) for place in range(len(ids)) if sizes[labels[place]] > 1}
    old_ids = match_ids([members[ids[place]] for place in label_of], list(label_of.values()))
    _save(db, ids, members, label_of, old_ids)


def separate(db: Connection) -> None:
    """Delete the copy links that connect two articles that were decided to be different.

    Links stay in the order of their articles' times: a copy of both stays with the earlier one.
    """
    verdicts = decisions.verdicts(db)
    different = [pair for pair, verdict in verdicts.items() if verdict == "different"]
    if not different:
        return
    ids = _connected(db, [id for pair in different for id in pair])
    sql = "select id from articles where id in (select value from json_each(?))"
    sql += f" order by {IN_TIME_ORDER}"
    row = {id: place for place, (id,) in enumerate(db.execute(sql, (json_list(ids),)))}
    copied = sorted(_copied(db, list(row)), key=lambda pair: (row[pair[1]], row[pair[0]]))
    same = [
        pair for pair, verdict in verdicts.items() if verdict == "same" and row.keys() >= set(pair)
    ]
    a, b = np.array([(row[a], row[b]) for a, b in same + copied], np.int64).reshape(-1, 2).T
    apart = np.array([(row[a], row[b]) for a, b in different], np.int64)
    stay = allowed_links(len(row), a, b, apart, fixed=len(same))[len(same) :]
    links.delete(db, [pair for pair, stays in zip(copied, stay, strict=True) if not stays])


def delete_empty(db: Connection) -> None:
    """Delete copy groups without articles."""
    db.execute(
        "delete from copy_groups"
        " where not exists (select 1 from articles where copy_group_id = copy_groups.id)"
    )


def next_id(db: Connection, table: str) -> int:
    """Return the id behind all that were ever used: an id in someone's notes is never reused."""
    row = db.execute("select seq + 1 from sqlite_sequence where name = ?", (table,)).fetchone()
    return int(row[0]) if row else 1


def _copied(db: Connection, ids: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of these articles that are copies and belong to one copy group."""
    between = links.between(db, ids)
    a, b = np.array([link[:2] for link in between], np.int64).reshape(-1, 2).T
    probability = np.array([link.probability for link in between], np.float64)
    copied = np.array([link.kind == "copy" for link in between], bool)
    shares = np.array([(link.a_in_b, link.b_in_a) for link in between], np.float64)
    tying = tie_groups(RowLinks(a, b, copied, probability, shares.reshape(-1, 2)))
    return [between[place][:2] for place in np.flatnonzero(tying).tolist()]


def _connected(db: Connection, ids: Sequence[int]) -> list[int]:
    """Return these articles, and all that copy links or decisions connect with them."""
    listed = "(select value from json_each(?1))"
    reached, frontier = set(ids), list(ids)
    while frontier:
        rows = db.execute(
            f"select a, b from links where kind = 'copy' and (a in {listed} or b in {listed})"
            " union select a, b from decisions where verdict = 'same'"
            f" and (a in {listed} or b in {listed})",
            (json_list(frontier),),
        )
        frontier = sorted({id for pair in rows for id in pair} - reached)
        reached.update(frontier)
    return sorted(reached)


def _members(db: Connection, changed: Sequence[int]) -> dict[int, int | None]:
    """Return the group of these articles, and of all in their groups or connected by copy links."""
    members: dict[int, int | None] = {}
    frontier = list(changed)
    while frontier:
        ids = json_list(frontier)
        listed = "(select value from json_each(?))"
        members.update(
            db.execute(f"select id, copy_group_id from articles where id in {listed}", (ids,))
        )
        reached: set[int] = set()
        for sql in (
            f"select a from links where kind = 'copy' and b in {listed}",
            f"select b from links where kind = 'copy' and a in {listed}",
            "select id from articles where copy_group_id in"
            f" (select copy_group_id from articles where id in {listed})",
        ):
            reached.update(row[0] for row in db.execute(sql, (ids,)))
        frontier = sorted(reached - members.keys())
    return members


def _save(
    db: Connection,
    ids: Sequence[int],
    members: Mapping[int, int | None],
    label_of: Mapping[int, int],
    old_ids: Mapping[int, int],
) -> None:
    """Store the groups of articles: `label_of` is the group of each place in `ids`."""
    new_id = next_id(db, "copy_groups")
    id_of = dict(old_ids)
    for label in dict.fromkeys(label_of.values()):
        if label not in id_of:
            id_of[label], new_id = new_id, new_id + 1
    group_of = {ids[place]: id_of[label] for place, label in label_of.items()}
    sizes = Counter(group_of.values())
    old = {group for group in members.values() if group is not None}
    db.executemany(
        "insert into copy_groups (id, origin_article_id, articles) values (?, 0, ?)"
        " on conflict (id) do update set articles = excluded.articles",
        sizes.items(),
    )
    db.executemany(
        "update articles set copy_group_id = ? where id = ?",
        [(group_of.get(id), id) for id in ids if group_of.get(id) != members[id]],
    )
    db.executemany("delete from copy_groups where id = ?", [(id,) for id in old - sizes.keys()])
    rows = [(*find_origin(_reprints(db, id)), id) for id in sizes]
    sql = "update copy_groups set origin_article_id = ?, by_credit = ?, agency = ? where id = ?"
    db.executemany(sql, rows)


def _reprints(db: Connection, group: int) -> list[Reprint]:
    """Return the articles of a group; a day without an hour comes after the hours of that day."""
    rows = db.execute(
        "select articles.id, name, agency_name, credit from articles"
        " join outlets on outlets.id = outlet_id"
        f" where copy_group_id = ? order by {IN_TIME_ORDER}",
        (group,),
    )
    return [Reprint(*row) for row in rows]

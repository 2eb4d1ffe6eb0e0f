"""Furniture of bodies: the passages that were learned or named, and the articles that have some."""

from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ..arrays import UInt32Array
from ..copies import minhash
from ..text.furniture import Furniture, furniture_of
from ..text.tokens import spelled_out
from ..times import day_number, day_text
from . import buckets, links, older_texts
from .sql import IN_TIME_ORDER, TIME, json_list

PERIOD_DAYS = 30  # in which a passage is learned: three letters of a weekly newsletter are enough
PERIOD_STEP = 15  # a new period begins so often: 15 days in a row always lie in one


class Passage(NamedTuple):
    """A passage of bodies, and whether it is furniture."""

    passage: str
    verdict: str  # 'learned' or 'named': it is furniture; 'text': someone says that it is none
    articles: int  # how many have it
    outlets: int  # of how many outlets
    example: str  # title of the first one
    by: str = ""  # who named it
    note: str = ""  # why


class PeriodArticles(NamedTuple):
    """The articles of a period that have their text, n in all, in time order."""

    ids: list[int]
    titles: list[str]
    outlets: list[str]
    days: list[int]  # since 1970
    signatures: UInt32Array  # (n, 128) of the whole texts, furniture included

    def take(self, rows: Sequence[int]) -> "PeriodArticles":
        """Return some of the articles, in the order of `rows`."""
        return PeriodArticles(
            [self.ids[row] for row in rows],
            [self.titles[row] for row in rows],
            [self.outlets[row] for row in rows],
            [self.days[row] for row in rows],
            self.signatures[rows],
        )


def passages(db: Connection) -> list[Passage]:
    """Return all passages, those of most articles first; one of several periods once."""
    verdict = "case when max(is_text) then 'text' when max(from_day is null) then 'named' else"
    rows = db.execute(
        f"select passage, {verdict} 'learned' end, max(articles), max(outlets), min(example),"
        " max(by), max(note) from furniture group by passage order by 3 desc, passage"
    )
    return [Passage(*row) for row in rows]


def load(db: Connection) -> Furniture:
    """Return the furniture that texts are compared without."""
    return compared_without(passages(db))


def compared_without(passages: Sequence[Passage]) -> Furniture:
    """Return the furniture of passages, without what someone says is text of reports."""
    furniture = furniture_of([each.passage for each in passages if each.verdict != "text"])
    return furniture.without(furniture_of([e.passage for e in passages if e.verdict == "text"]))


def pending_periods(db: Connection) -> list[int]:
    """Return the first days, since 1970, of the periods that have a pending article, ascending."""
    rows = db.execute(f"select distinct substr({TIME}, 1, 10) from articles where pending")
    return periods_of(day_number(day) for (day,) in rows)


def periods_of(days: Iterable[int]) -> list[int]:
    """Return the first days of the periods that some days are in, ascending; days since 1970."""
    steps = {day // PERIOD_STEP for day in days}
    return sorted(PERIOD_STEP * step for step in steps | {step - 1 for step in steps})


def period_articles(db: Connection, first_day: int) -> PeriodArticles:
    """Return the articles of a period with what their texts were before anything was learned."""
    rows = db.execute(
        f"select articles.id, title, name, substr({TIME}, 1, 10),"
        " coalesce(article_furniture.minhash, signatures.minhash, x'') from articles"
        " join outlets on outlets.id = outlet_id"
        " left join signatures on signatures.article_id = articles.id"
        " left join article_furniture on article_furniture.article_id = articles.id"
        f" where {TIME} >= ? and {TIME} < ? and pruned is null"
        f" and articles.id not in (select article_id from quarantine) order by {IN_TIME_ORDER}",
        (day_text(first_day), day_text(first_day + PERIOD_DAYS)),
    ).fetchall()
    return PeriodArticles(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        [day_number(row[3]) for row in rows],
        minhash.from_blobs([row[4] for row in rows]),
    )


def bodies(db: Connection, ids: Sequence[int]) -> list[str]:
    """Return the bodies of articles, in the order of `ids`."""
    sql = "select id, body from articles where id in (select value from json_each(?))"
    by_id = dict(db.execute(sql, (json_list(ids),)))
    return [by_id[id] for id in ids]


def replace_learned(db: Connection, first_day: int, learned: Sequence[Passage]) -> bool:
    """Store what was learned in a period in place of what it had; return whether that changed.

    Where texts of the period were pruned, what it had stays: they can't show it again.
    """
    day = day_text(first_day)
    sql = "select passage, 'learned', articles, outlets, example from furniture where from_day = ?"
    before = {row[0]: Passage(*row) for row in db.execute(sql, (day,))}
    after = {each.passage: each for each in learned}
    pruned = db.execute(
        f"select 1 from articles where {TIME} >= ? and {TIME} < ? and pruned is not null limit 1",
        (day, day_text(first_day + PERIOD_DAYS)),
    ).fetchone()
    if pruned:
        after = before | after
    if before == after:
        return False
    db.execute("delete from furniture where from_day = ?", (day,))
    _insert(db, day, list(after.values()))
    return before.keys() != after.keys()


def add_named(db: Connection, passage: Passage) -> None:
    """Store a passage that someone names, in place of the same one."""
    delete_named(db, passage.passage)
    _insert(db, None, [passage])


def delete_named(db: Connection, passage: str) -> bool:
    """Delete a passage that was named by hand; return whether there was one."""
    sql = "delete from furniture where passage = ? and from_day is null"
    return db.execute(sql, (passage,)).rowcount > 0


def forget_article(db: Connection, title: str, body: str) -> None:
    """Delete the passages of a removed body that no other article has word for word.

    Its title is no example any more.
    """
    removed = (body, spelled_out(body))
    for (passage,) in db.execute("select distinct passage from furniture").fetchall():
        if any(passage in text for text in removed) and not titles_with(db, passage):
            db.execute("delete from furniture where passage = ?", (passage,))
    db.execute("update furniture set example = '' where example = ?", (title,))


def titles_with(db: Connection, passage: str) -> list[tuple[str, str]]:
    """Return title and outlet of the articles that have a passage word for word, in time order."""
    return db.execute(
        "select title, name from articles join outlets on outlets.id = outlet_id"
        f" where instr(body, ?) order by {IN_TIME_ORDER}",
        (passage,),
    ).fetchall()


def words_left_out(db: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return how many words of some articles were left out, of those that had any."""
    sql = "select article_id, words from article_furniture where article_id in"
    return dict(db.execute(f"{sql} (select value from json_each(?))", (json_list(ids),)))


def sign(
    db: Connection, ids: Sequence[int], left_out: Sequence[int], signed: minhash.Signed
) -> None:
    """Store what articles are compared by, without the words that are left out of them.

    The signature of the whole text is kept beside it: furniture is learned by that alone. Links
    were made with other words and are deleted.
    """
    links.delete_of(db, ids)
    whole = whole_signatures(db, ids)
    forget(db, ids)
    db.executemany(
        "insert into article_furniture (article_id, words, minhash) values (?, ?, ?)",
        [(id, words, whole[id] or None) for id, words in zip(ids, left_out, strict=True) if words],
    )
    for id, own in zip(ids, signed.buckets, strict=True):
        older_texts.note_signed_again(db, [id], {*buckets.of_article(db, id), *own})
        buckets.delete(db, id)
    buckets.add(db, list(zip(ids, signed.minhashes, signed.buckets, strict=True)))
    counts = zip(signed.words, ids, strict=True)
    db.executemany("update articles set words = ? where id = ?", counts)


def forget(db: Connection, ids: Sequence[int]) -> None:
    """Forget that words of these articles were left out; their text is another one now."""
    rows = [(id,) for id in ids]
    db.executemany("delete from article_furniture where article_id = ?", rows)


def whole_signatures(db: Connection, ids: Sequence[int]) -> dict[int, bytes]:
    """Return the signatures of whole texts, furniture included; b"" where there is none."""
    rows = db.execute(
        "select id, coalesce(article_furniture.minhash, signatures.minhash, x'') from articles"
        " left join signatures on signatures.article_id = id"
        " left join article_furniture on article_furniture.article_id = id"
        " where id in (select value from json_each(?))",
        (json_list(ids),),
    )
    return {id: bytes(blob) for id, blob in rows}


def _insert(db: Connection, day: str | None, passages: Sequence[Passage]) -> None:
    db.executemany(
        "insert into furniture (from_day, passage, is_text, articles, outlets, example, by, note)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        [(day, passage, verdict == "text", *others) for passage, verdict, *others in passages],
    )

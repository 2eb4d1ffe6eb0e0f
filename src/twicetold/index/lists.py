"""Lists of stories, articles and copies: filtered, in a chosen order, only as long as wanted.

Each list first chooses ids from the tables, by an index where there is one, and reads the rows of
the views for the chosen ids alone. Start reading at `ListFilter`.
"""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from .sql import TIME, json_list, not_before
from .story_views import StoryRow, story_rows

# The articles that match a search. Scoring one reads its text, so only the newest ones are scored:
# of 200,000 wire reports, half of which have "said", that takes 0.2 s and not 8 s.
_HITS = """
with scored as materialized (
    select rowid as article, bm25(articles_fts, 5.0, 1.0) as score  -- a word in a title counts more
    from articles_fts where articles_fts match :search order by rowid desc limit 2000
),
hits as materialized (
    select hit.rowid as article, coalesce(score, 0) as score
    from articles_fts as hit left join scored on scored.article = hit.rowid
    where hit.articles_fts match :search
)
"""
_IN_TIME = f"{TIME}, articles.key"


class ListFilter(NamedTuple):
    """What to list, in which order, and how much of it."""

    since: str = ""  # stored time, or its beginning
    until: str = ""  # the same; a day means its end
    outlet: str = ""
    by: str = ""  # of copies: the copying outlet
    lang: str = ""
    min_outlets: int = 1  # of the story
    max_outlets: int = 0  # of the story; 0: any number
    search: str = ""  # a query of SQLite's FTS5 over titles and texts
    sort: str = ""  # a name in STORY_ORDERS, ARTICLE_ORDERS or COPY_ORDERS
    limit: int = 50  # 0: all


class ArticleRow(NamedTuple):
    """One article in a list."""

    article: int  # its id
    published: str  # UTC; when first seen, if its source gave no time
    undated: bool  # its source gave no time
    outlet: str
    lang: str  # '': not known
    words: int  # of the body
    copied_from: str | None  # outlet or agency whose text it took over; None: its own text
    percent_copied: int | None  # of its text that the other has; None: its own, or pruned
    story: int | None  # None: not clustered yet
    title: str
    url: str
    key: str


class CopyRow(NamedTuple):
    """Text of one article that another one took over."""

    article: int  # whose text it is
    outlet: str  # its outlet; or the agency that texts credit
    copy: int  # the article that has the text, too
    copying_outlet: str
    published: str  # UTC; of the copy
    evidence: str  # 'credit', 'hour' or 'day': what says who was first; 'undecided': nothing does
    hours: float | None  # later; None: one has no hour, or an agency was first
    share_of_copy: float | None  # of the copy's text that is the article's; None: a text was pruned
    share_of_original: float | None  # of the article's text that the copy has
    jaccard: float  # of the two; estimated if both shares are None
    story: int | None
    title: str  # of the copy


STORY_ORDERS = {
    "outlets": "outlets desc, cohesion desc, articles desc, first_published, id",
    "newest": "last_published desc, id desc",
    "oldest": "first_published, id",
    "articles": "articles desc, outlets desc, id",
    "uncertain": "cohesion is null, cohesion, id",
}
ARTICLE_ORDERS = {
    "newest": f"{TIME} desc, articles.key",
    "oldest": _IN_TIME,
    "words": f"words desc, {_IN_TIME}",
    "outlet": f"outlets.name, {_IN_TIME}",
}
COPY_ORDERS = {
    "newest": "published desc, copies.copy, copies.article",
    "oldest": "published, copies.copy, copies.article",
    "share": "share_of_copy desc, copies.copy, copies.article",
    "hours": "hours is null, hours, copies.copy, copies.article",
}
RELEVANCE = "relevance"


def story_list(db: Connection, wanted: ListFilter) -> list[StoryRow]:
    """Return stories that have a report of each kind that is wanted."""
    conditions = [*_outlet_numbers(wanted), not_before("last_published", ":since")]
    if wanted.until:
        conditions.append("first_published <= :until || '~'")
    if wanted.outlet:
        conditions.append(
            "exists (select 1 from articles join outlets on outlets.id = outlet_id"
            " where story_id = stories.id and outlets.name = :outlet)"
        )
    if wanted.lang:
        conditions.append("instr(' ' || languages || ' ', ' ' || :lang || ' ')")
    hits = (
        " join (select story_id, min(score) as score from hits"
        " join articles on articles.id = article group by story_id) on story_id = stories.id"
    )
    ids = _chosen(db, wanted, "stories.id from stories", hits, conditions, STORY_ORDERS)
    return story_rows(db, ids)


def article_list(db: Connection, wanted: ListFilter) -> list[ArticleRow]:
    """Return articles; those of no story yet have no number of outlets."""
    conditions = [not_before(TIME, ":since"), *_of_stories(wanted, "articles.story_id")]
    conditions += [f"{TIME} <= :until || '~'"] if wanted.until else []
    conditions += ["outlets.name = :outlet"] if wanted.outlet else []
    conditions += ["articles.lang = :lang"] if wanted.lang else []
    source = "articles.id from articles join outlets on outlets.id = outlet_id"
    hits = " join hits on hits.article = articles.id"
    ids = _chosen(db, wanted, source, hits, conditions, ARTICLE_ORDERS)
    return article_rows(db, ids)


def article_rows(db: Connection, ids: Sequence[int]) -> list[ArticleRow]:
    """Return the articles with some ids, in their order."""
    columns = ", ".join(f"report.{name}" for name in ArticleRow._fields[3:-1])
    rows = db.execute(
        f"select article, report.published, articles.published is null, {columns}, articles.key"
        " from story_reports as report join articles on articles.id = article"
        " where article in (select value from json_each(?))",
        (json_list(ids),),
    )
    by_id = {row[0]: ArticleRow(*row)._replace(undated=bool(row[2])) for row in rows}
    return [by_id[id] for id in ids]


def copy_list(db: Connection, wanted: ListFilter) -> list[CopyRow]:
    """Return pairs of texts; `lang` is that of the copy, and so are the words of a search."""
    conditions = ["1", *_of_stories(wanted, "copies.story")]
    conditions += [not_before("copies.published", ":since")] if wanted.since else []
    conditions += ["copies.published <= :until || '~'"] if wanted.until else []
    conditions += ["copies.outlet = :outlet"] if wanted.outlet else []
    conditions += ["copying_outlet = :by"] if wanted.by else []
    conditions += ["(select lang from articles where id = copy) = :lang"] if wanted.lang else []
    hits = " join hits on hits.article = copies.copy" if wanted.search else ""
    # the view is for people: its numbers are rounded, those of the links are whole
    sql = (
        f"{_HITS if wanted.search else ''} select copies.article, copies.outlet, copies.copy,"
        " copying_outlet, copies.published, evidence, hours,"
        " iif(a = copies.article, b_in_a, a_in_b), iif(a = copies.article, a_in_b, b_in_a),"
        " links.jaccard, copies.story, copies.title"
        f" from copies{hits} join links on kind = 'copy'"
        " and (a = copies.article and b = copies.copy or a = copies.copy and b = copies.article)"
        f" where {' and '.join(conditions)} order by {_order(wanted, COPY_ORDERS)} limit :limit"
    )
    return [CopyRow(*row) for row in db.execute(sql, _parameters(wanted))]


def _chosen(
    db: Connection,
    wanted: ListFilter,
    source: str,
    hits: str,
    conditions: list[str],
    orders: dict[str, str],
) -> list[int]:
    """Return the ids of what a list shows, in its order."""
    rows = db.execute(
        f"{_HITS if wanted.search else ''} select {source}{hits if wanted.search else ''}"
        f" where {' and '.join(conditions)} order by {_order(wanted, orders)} limit :limit",
        _parameters(wanted),
    )
    return [id for (id,) in rows]


def _parameters(wanted: ListFilter) -> dict[str, object]:
    return wanted._asdict() | {"limit": wanted.limit if wanted.limit > 0 else -1}


def _outlet_numbers(wanted: ListFilter) -> list[str]:
    """Return the conditions on how many outlets report a story."""
    most = ["outlets <= :max_outlets"] if wanted.max_outlets else []
    return ["outlets >= :min_outlets", *most]


def _of_stories(wanted: ListFilter, column: str) -> list[str]:
    if wanted.min_outlets <= 1 and not wanted.max_outlets:
        return []
    conditions = " and ".join(_outlet_numbers(wanted))
    return [f"{column} in (select id from stories where {conditions})"]


def _order(wanted: ListFilter, orders: dict[str, str]) -> str:
    """Return the order of a list: by default the first one, or by relevance to a search."""
    usual = next(iter(orders.values()))
    if wanted.search and wanted.sort in ("", RELEVANCE):
        return f"score, {usual}"  # the lower, the better
    return orders[wanted.sort] if wanted.sort else usual


def has_copies_of(db: Connection, name: str) -> bool:
    """Whether text of an outlet of this name, or of an agency, was taken over."""
    sql = "select exists (select 1 from copies where outlet = ?)"
    return bool(db.execute(sql, (name,)).fetchone()[0])

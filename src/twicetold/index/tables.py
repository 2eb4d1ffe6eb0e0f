"""The tables of an index as other programs take them: ids where tables join, no machinery.

Start reading at `TABLES`.
"""

from collections.abc import Iterator
from sqlite3 import Connection
from typing import NamedTuple

_BATCH = 5_000  # rows that are held at once


class Table(NamedTuple):
    """A table that is written out."""

    name: str
    columns: dict[str, str]  # name -> 'integer', 'real' or 'text'
    sql: str  # its rows in a fixed order, with these columns


def _table(name: str, columns: str, sql: str) -> Table:
    kinds = {"i": "integer", "r": "real", "t": "text"}
    pairs = (each.split(":") for each in columns.split())
    return Table(name, {column: kinds[kind] for column, kind in pairs}, sql)


TABLES = (
    # `id` to `byline` are what `run` reads
    _table(
        "articles",
        "id:t outlet:t title:t body:t lang:t published:t updated:t url:t byline:t"
        " first_seen:t credit:t words:i pruned:t article:i story:i copy_group:i",
        "select key, outlets.name, title, body, lang, published, updated, url, byline, first_seen,"
        " credit, words, pruned, articles.id, story_id, copy_group_id"
        " from articles join outlets on outlets.id = outlet_id order by articles.id",
    ),
    _table(
        "versions",
        "article:i version:i replaced:t updated:t title:t body:t",
        "select article_id, version, replaced, updated, title, body from versions"
        " order by article_id, version",
    ),
    _table(
        "stories",
        "story:i title:t outlets:i publishers:i independent:i articles:i copies:i languages:t"
        " cohesion:r weakest_link:r certainty:t first_published:t last_published:t lead:i"
        " settled:i",
        "select story, story_overview.title, story_overview.outlets, publishers, independent,"
        " story_overview.articles, copies, story_overview.languages, stories.cohesion,"
        " stories.weakest_link, certainty, story_overview.first_published,"
        " story_overview.last_published, lead_article_id, settled"
        " from stories join story_overview on story = stories.id order by stories.id",
    ),
    _table(
        "copies",
        "article:i outlet:t copy:i copying_outlet:t jaccard:r share_of_copy:r share_of_original:r"
        " hours:r evidence:t published:t story:i title:t",
        "select article, outlet, copy, copying_outlet, jaccard, share_of_copy, share_of_original,"
        " hours, evidence, published, story, title from copies order by copy, article",
    ),
    _table(
        "links",
        "a:i b:i kind:t found_by:t probability:r jaccard:r a_in_b:r b_in_a:r cosine_body:r"
        " cosine_lead:r cosine_title:r cosine_names:r",
        "select a, b, kind, found_by, probability, jaccard, a_in_b, b_in_a, cosine_body,"
        " cosine_lead, cosine_title, cosine_names from links order by a, b",
    ),
    _table(
        "outlets",
        "outlet:t owner:t agency:t timezone:t articles:i names:t groups:t",
        "select name, owner, agency_name, timezone,"
        " (select count(*) from articles where outlet_id = outlets.id),"
        " (select group_concat(name, '; ') from (select distinct other.name from outlet_names as"
        " other where other.outlet_id = outlets.id and other.name <> outlets.name order by 1)),"
        " (select group_concat(kind || '=' || name, '; ') from outlet_groups"
        " where outlet_id = outlets.id) from outlets order by name",
    ),
    _table(
        "decisions",
        "a:t b:t verdict:t by:t at:t note:t",
        "select one.key, other.key, verdict, by, at, note from decisions"
        " join articles as one on one.id = a join articles as other on other.id = b"
        " order by at, one.key, other.key",
    ),
)


def batches(db: Connection, table: Table) -> Iterator[list[tuple[object, ...]]]:
    """Yield the rows of a table, some thousand at a time."""
    rows = db.execute(table.sql)
    while batch := rows.fetchmany(_BATCH):
        yield batch


def row_count(db: Connection, table: Table) -> int:
    """Return how many rows a table has."""
    return int(db.execute(f"select count(*) from ({table.sql})").fetchone()[0])

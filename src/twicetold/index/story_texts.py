"""The texts of the reports of one story."""

from sqlite3 import Connection
from typing import NamedTuple

from ..arrays import FloatArray
from ..hours import hours_since_1970
from .sql import IN_TIME_ORDER, TIME


class StoryTexts(NamedTuple):
    """The n reports of a story in the order of time."""

    ids: list[int]
    titles: list[str]
    bodies: list[str]  # '': none, or pruned
    langs: list[str]
    outlets: list[str]
    hours: FloatArray  # (n,) since 1970; nan: no time
    groups: list[int | None]  # copy groups


def story_texts(db: Connection, story: int) -> StoryTexts:
    """Return the texts of a story's reports."""
    rows = db.execute(
        "select articles.id, title, body, lang, name, copy_group_id, published from articles"
        f" join outlets on outlets.id = outlet_id where story_id = ? order by {IN_TIME_ORDER}",
        (story,),
    ).fetchall()
    ids, titles, bodies, langs, outlets, groups, published = map(list, zip(*rows, strict=True))
    hours, _ = hours_since_1970(published)
    return StoryTexts(ids, titles, bodies, langs, outlets, hours, groups)


def outlet_titles(db: Connection, story: int, days: int) -> list[tuple[str, str]]:
    """Return outlet and title of all that a story's outlets published from `days` before it on.

    Up to its last day.
    """
    return db.execute(
        f"with story as (select outlet_id, min({TIME}) as first, max({TIME}) as last from articles"
        " where story_id = ? group by outlet_id)"
        " select name, title from story join articles on articles.outlet_id = story.outlet_id"
        " join outlets on outlets.id = articles.outlet_id"
        f" where {TIME} >= date(substr(first, 1, 10), '-' || ? || ' days')"
        f" and {TIME} < substr(last, 1, 10) || '~'",
        (story, days),
    ).fetchall()

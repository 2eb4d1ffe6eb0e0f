"""Lists of stories, and how they changed."""

from ..errors import ArgumentError, TwicetoldError
from ..index import Index, in_snapshot, outlets, story_views
from ..index.story_views import Change, SearchSyntaxError, StoryFilter, StoryRow
from ..times import Time, argument_prefix


@in_snapshot
def stories(
    index: Index,
    *,
    since: Time = "",
    until: Time = "",
    outlet: str = "",
    lang: str = "",
    min_outlets: int = 1,
    search: str = "",
    limit: int = 50,
) -> list[StoryRow]:
    """Return stories, the most widely reported first, then the most cohesive.

    `since` and `until` are UTC times or their beginnings ('2026-02'), compared with a story's last
    and first report. `search` is a query of SQLite's FTS5 over titles and texts. `limit` 0 returns
    all stories. Raises ArgumentError, NotFoundError if the index has no such outlet, and
    TwicetoldError for a query that FTS5 cannot read.
    """
    for name, value in (("min_outlets", min_outlets), ("limit", limit)):
        if not isinstance(value, int):
            raise ArgumentError(name, f"{value!r} is not a whole number")
    db = index.connection
    if outlet:
        outlets.require_id(db, index.place, outlet)
    wanted = StoryFilter(
        since=argument_prefix(since, "since"),
        until=argument_prefix(until, "until"),
        outlet=outlets.name_of(db, outlet),
        lang=lang,
        min_outlets=min_outlets,
        search=search,
        limit=limit,
    )
    try:
        return story_views.story_rows(db, wanted)
    except SearchSyntaxError as error:
        hint = 'put phrases and words with signs in quotes: "abu dhabi"'
        raise TwicetoldError("--search", f"'{search}' {error}", hint=hint) from error


@in_snapshot
def history(index: Index, story: int | None = None) -> list[Change]:
    """Return how a story changed, run by run; without a story, what the last clustering changed.

    A story that was merged is followed into the other. Raises NotFoundError.
    """
    if story is None:
        return story_views.changes_of_last_run(index.connection)
    return story_views.changes_of_story(index.connection, [story, index.story_id(story)])

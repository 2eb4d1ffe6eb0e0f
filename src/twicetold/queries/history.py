"""How stories changed, run by run."""

from ..index import Index, in_snapshot, story_views
from ..index.story_views import Change


@in_snapshot
def history(index: Index, story: int | None = None) -> list[Change]:
    """Return how a story changed, run by run; without a story, what the last clustering changed.

    A story that was merged is followed into the other. Raises NotFoundError.
    """
    if story is None:
        return story_views.changes_of_last_run(index.connection)
    return story_views.changes_of_story(index.connection, [story, index.story_id(story)])

"""What could not be stored, and what waits to be clustered."""

from typing import NamedTuple

from ..index import Index, articles, in_snapshot
from ..index import rejections as rejection_rows
from ..index.rejections import RejectionRow


class UnreadCount(NamedTuple):
    """A field that some articles of a run were stored without, because it could not be read."""

    field: str
    articles: int  # how many
    value: str  # of the first one


@in_snapshot
def rejections(index: Index, *, limit: int = 50) -> list[RejectionRow]:
    """Return rejected records, the latest first; `limit` 0 returns all."""
    return rejection_rows.latest(index.connection, limit)


@in_snapshot
def unread_fields(index: Index) -> list[UnreadCount]:
    """Return the fields that articles of the last run were stored without."""
    return [UnreadCount(*row) for row in rejection_rows.unread_fields(index.connection)]


@in_snapshot
def pending(index: Index) -> int:
    """Return how many articles are stored and not yet clustered."""
    return articles.count_pending(index.connection)

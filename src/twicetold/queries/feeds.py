"""The feeds of an index: how each is doing, and what comes from it."""

from ..index import Index, in_snapshot
from ..index import feeds as feed_rows
from ..index.feeds import FeedState


@in_snapshot
def feeds(index: Index) -> list[FeedState]:
    """Return how the feeds of an index are doing, failing ones first, and what comes of them."""
    return feed_rows.states(index.connection)

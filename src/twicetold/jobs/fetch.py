"""Read feeds from the network, and the pages of their articles: the nightly job with its sources.

Start reading at `fetch`. ETag and Last-Modified of a feed are stored only after its articles: a run
that is killed asks for it again.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ..article import Article, Rejection
from ..errors import SourceError, missing_extra
from ..fetching.limits import Limits
from ..index import Index, feeds
from ..index.feeds import StoredFeed
from ..progress import OnRejected, Progress, ignore_rejection, no_progress
from ..sources import require_pages
from ..times import Time, utc_text
from .fetched import FetchState
from .pipeline import run
from .run_records import Counts, current_time

if TYPE_CHECKING:
    from ..fetching.client import PoliteClient

_MOST_PAGES = 100  # in a run, for each of its feeds on average
_PAGES_SINCE = timedelta(days=3)  # pages that could not be read are asked for again so long


class FetchCounts(NamedTuple):
    """What `fetch` did."""

    feeds: int  # feeds that were asked for
    unchanged: int  # feeds that had nothing new
    failed: int  # feeds that could not be read
    waiting: int  # feeds that are not due yet, after a failure or as their server wants it
    pages: int  # pages of articles whose text was used
    failed_pages: int  # pages that could not be read; they are asked for again
    counts: Counts  # of the run


def fetch(
    index: Index,
    feed_sources: str | Iterable[str] = (),
    *,
    pages: bool = False,
    user_agent: str = "",
    allow_private: bool = False,
    limits: Limits | None = None,
    now: Time | None = None,
    progress: Progress = no_progress,
    on_rejected: OnRejected = ignore_rejection,
) -> FetchCounts:
    """Read feeds from the network, store their new articles, and cluster them.

    `feed_sources` are urls and OPML files, whose feeds the index remembers; without any, all feeds
    of the index are read. `pages`: also the pages of new articles, for their full texts.
    `user_agent` should say who asks, with an address: 'Gazette archive (desk@gazette.example)'. No
    host is asked twice at the same time, nothing that robots.txt forbids, no private address unless
    it is allowed, and nothing beyond the `limits`. A feed that fails is rejected, and asked for
    again later. Raises SourceError for a list without feeds, TwicetoldError without the extra.
    """
    check_fetch(feed_sources, pages=pages)
    started = current_time(now)
    due, waiting = _due(index, feed_sources, started)
    with _client(user_agent, allow_private, limits) as client:
        state = FetchState(index, started)
        items = _items(state, client, due, pages, progress)
        counts = run(index, items, now=now, progress=progress, on_rejected=on_rejected)
    state.save(due)
    failed, failed_pages = len(state.failures), len(state.failed_pages)
    return FetchCounts(
        len(due), state.unchanged, failed, waiting, state.pages, failed_pages, counts
    )


def check_fetch(feed_sources: str | Iterable[str], *, pages: bool = False) -> None:
    """Raise what `fetch` raises for its lists of feeds and for missing extras, and do nothing."""
    try:
        from ..fetching.client import PoliteClient  # noqa: F401
    except ImportError as error:
        raise missing_extra("fetch", str(error.name), "fetch") from error
    from ..fetching.feed_lists import read_feed_list

    if pages:
        require_pages("fetch --pages")
    for source in [feed_sources] if isinstance(feed_sources, str) else feed_sources:
        read_feed_list(source)


def forget_feed(index: Index, url: str) -> None:
    """Delete a feed from an index; its articles stay. Raises SourceError if it is not there."""
    with index.transaction() as db:
        if not feeds.forget(db, url):
            hint = f"list them: twicetold feeds {index.place}"
            raise SourceError(index.place, f"has no feed {url[:200]}", hint=hint)


def _client(user_agent: str, allow_private: bool, limits: Limits | None) -> "PoliteClient":
    from .. import __version__
    from ..fetching.client import PoliteClient

    agent = f"{user_agent} twicetold/{__version__}".strip()
    return PoliteClient(agent, allow_private=allow_private, limits=limits)


def _due(
    index: Index, feed_sources: str | Iterable[str], started: datetime
) -> tuple[list[StoredFeed], int]:
    """Return the feeds to ask for, and how many are not due yet; one named by its url is due."""
    from ..fetching.feed_lists import read_feed_list

    names = [feed_sources] if isinstance(feed_sources, str) else list(feed_sources)
    listed = [feed for name in names for feed in read_feed_list(name)]
    now = utc_text(started) or ""
    with index.transaction() as db:
        ids = {feeds.add(db, feed.url, feed.title, now): feed.is_named for feed in listed}
    stored = feeds.stored_feeds(index.connection, ids if names else None)
    if not stored:
        hint = "name an OPML file, or urls"
        raise SourceError(index.place, "has no feeds to fetch", hint=hint)
    due = [
        feed for feed in stored if ids.get(feed.id) or not feed.not_before or feed.not_before <= now
    ]
    return due, len(stored) - len(due)


def _items(
    state: FetchState,
    client: "PoliteClient",
    due: list[StoredFeed],
    pages: bool,
    progress: Progress,
) -> Iterator[Article | Rejection]:
    """Yield the articles as the feeds have them, then others completed from their pages."""
    from ..fetching.downloads import Request, download

    awaiting_page: dict[str, Article] = {}  # by url: several feeds may have an article
    requests = [Request(feed, feed.url, _conditional_headers(feed)) for feed in due]
    with progress("fetching", len(requests)) as advance:
        for request, answer in download(client, requests):
            for item in state.of_feed(request.subject, answer):
                if isinstance(item, Rejection):
                    yield item
                elif pages and item.url and not state.is_stored(item):
                    if len(awaiting_page) < _MOST_PAGES * (1 + len(due)):
                        awaiting_page.setdefault(item.url, item)
                    else:
                        yield item  # its page is asked for by a later run
                elif not state.has_more(item):
                    yield item
            advance(1)
    if pages:
        for article in state.without_page(due, _PAGES_SINCE):
            awaiting_page.setdefault(article.url, article)
    requests = [Request(article, article.url) for article in awaiting_page.values()]
    with progress("pages", len(requests)) as advance:
        for request, answer in download(client, requests):
            yield from state.of_page(request.subject, answer)
            advance(1)


def _conditional_headers(feed: StoredFeed) -> dict[str, str]:
    """Return the headers by which a server sends a feed only if it has changed."""
    headers = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in headers.items() if value and value.isascii()}

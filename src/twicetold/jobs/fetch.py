"""Read feeds from the network, and the pages of their articles: the nightly job with its sources.

Start reading at `fetch`. What a feed is known by is stored only after its articles are: a run that
is killed asks for it again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import BufferedReader
from typing import TYPE_CHECKING, NamedTuple

from .. import sources
from ..article import Article, Rejection
from ..errors import SourceError, missing_extra
from ..fetching.limits import Limits
from ..index import Index, articles, feeds, outlets, storing
from ..index.feeds import StoredFeed, Success
from ..progress import OnRejected, Progress, ignore_rejection, no_progress
from ..records import Defaults
from ..times import Time, utc_text
from ..urls import host_of
from .pipeline import run
from .run_records import Counts, current_time

if TYPE_CHECKING:
    from ..fetching.client import Answer, PoliteClient

_FIRST_WAIT = timedelta(minutes=15)  # after a failure; it doubles with each further one
_LONGEST_WAIT = timedelta(hours=20)  # so that a nightly run asks every night


class FetchCounts(NamedTuple):
    """What `fetch` did."""

    feeds: int  # that were asked for
    unchanged: int  # feeds that have nothing new
    failed: int  # feeds
    waiting: int  # feeds that are not to be asked for yet
    pages: int  # of articles, that were read
    counts: Counts  # of the run


class _Fetching:
    """A fetch at work: what came of each feed, and of the pages."""

    def __init__(self, index: Index, client: "PoliteClient", now: datetime) -> None:
        self.index, self.client, self.now = index, client, now
        self.known = outlets.OutletNames(index.connection)
        self.successes: dict[int, Success] = {}
        self.failures: dict[int, tuple[str, int | None, timedelta | None]] = {}
        self.articles: dict[int, list[Article]] = {}  # without their texts
        self.unchanged = self.pages = 0


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
    client = _client(user_agent, allow_private, limits)
    time = current_time(now)
    due, waiting = _due(index, feed_sources, time)
    with client:
        fetching = _Fetching(index, client, time)
        items = _items(fetching, due, pages, progress)
        counts = run(index, items, now=now, progress=progress, on_rejected=on_rejected)
    _save(fetching, due)
    failed = len(fetching.failures)
    return FetchCounts(len(due), fetching.unchanged, failed, waiting, fetching.pages, counts)


def _client(user_agent: str, allow_private: bool, limits: Limits | None) -> "PoliteClient":
    try:
        from ..fetching.client import PoliteClient
    except ImportError as error:
        raise missing_extra("fetch", str(error.name), "fetch") from error
    from .. import __version__

    agent = f"{user_agent} twicetold/{__version__}".strip()
    return PoliteClient(agent, allow_private=allow_private, limits=limits)


def _due(
    index: Index, feed_sources: str | Iterable[str], now: datetime
) -> tuple[list[StoredFeed], int]:
    """Return the feeds to ask for, and how many are not to be asked for yet."""
    from ..fetching.feed_lists import read_feed_list

    names = [feed_sources] if isinstance(feed_sources, str) else list(feed_sources)
    listed = [feed for name in names for feed in read_feed_list(name)]
    time = utc_text(now) or ""
    with index.transaction() as db:
        ids = [feeds.add(db, feed.url, feed.title, time) for feed in listed]
    stored = feeds.stored_feeds(index.connection, ids if names else None)
    if not stored:
        hint = "name an OPML file, or urls"
        raise SourceError(index.place, "has no feeds to fetch", hint=hint)
    due = [feed for feed in stored if not feed.not_before or feed.not_before <= time]
    return due, len(stored) - len(due)


def _items(
    fetching: _Fetching, due: list[StoredFeed], pages: bool, progress: Progress
) -> Iterator[Article | Rejection]:
    """Yield the articles of the feeds; then those whose pages are read, too."""
    from ..fetching.downloads import Request, download

    without_page: list[Article] = []
    requests = [Request(feed, feed.url, _conditions(feed)) for feed in due]
    with progress("fetching", len(requests)) as advance:
        for request, answer in download(fetching.client, requests):
            for item in _of_feed(fetching, request.name, answer):
                if isinstance(item, Article) and _is_stored(fetching, item):
                    continue
                if pages and isinstance(item, Article) and item.url:
                    without_page.append(item)
                else:
                    yield item
            advance(1)
    requests = [Request(article, article.url) for article in without_page]
    with progress("pages", len(requests)) as advance:
        for request, answer in download(fetching.client, requests):
            yield _with_page(fetching, request.name, answer)
            advance(1)


def _conditions(feed: StoredFeed) -> dict[str, str]:
    """Return the headers by which a server sends a feed only if it has changed."""
    headers = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in headers.items() if value}


def _of_feed(
    fetching: _Fetching, feed: StoredFeed, answer: "Answer | Exception"
) -> Iterator[Article | Rejection]:
    """Yield the articles of a feed, or why there are none; keep what is to be stored of it."""
    from ..fetching.client import FetchError

    if isinstance(answer, FetchError):
        fetching.failures[feed.id] = (str(answer), answer.status, answer.wait)
        yield Rejection(feed.url, 0, "feed", str(answer))
        return
    assert not isinstance(answer, Exception)
    etag, modified = (answer.headers.get(name, "") for name in ("ETag", "Last-Modified"))
    success = Success(answer.status, etag, modified, moved_to=answer.moved_to)
    if answer.file is None:
        kept = success._replace(
            etag=etag or feed.etag, last_modified=modified or feed.last_modified
        )
        fetching.successes[feed.id] = kept
        fetching.unchanged += 1
        return
    found = fetching.articles.setdefault(feed.id, [])
    fault = ""
    with answer.file as file:
        for item in sources.read_fetched(BufferedReader(file), feed.url, _defaults(answer.url)):
            if isinstance(item, Article):
                found.append(replace(item, id=item.key, title=item.title or "-", body=""))
            elif not item.line:
                fault = item.reason
            yield item
    if fault and not found:
        fetching.failures[feed.id] = (fault, answer.status, None)
    else:
        title = found[0].outlet if found else ""
        fetching.successes[feed.id] = success._replace(title=title)


def _defaults(url: str) -> Defaults:
    return Defaults(stem=host_of(url))


def _is_stored(fetching: _Fetching, article: Article) -> bool:
    """Whether the index has an article already, with no shorter text and no earlier time.

    Feeds say the beginning of what a page has in full.
    """
    db = fetching.index.connection
    id = storing.find(db, fetching.known.canonical(article))
    if id is None:
        return False
    stored = articles.newest_text(db, id)
    time = utc_text(article.updated or article.published) or ""
    return time <= (stored.time or "") and len(article.body) < len(stored.body)


def _with_page(fetching: _Fetching, article: Article, answer: "Answer | Exception") -> Article:
    """Return an article with the text of its page, if that has more of it."""
    if isinstance(answer, Exception) or answer.file is None:
        return article
    with answer.file as file:
        content = file.read(sources.LARGEST_PAGE + 1)
    content_type = answer.headers.get("Content-Type", "")
    page = sources.Page(content, answer.url, content_type)
    found = sources.article_of_page(page, Defaults(), answer.url, 0)
    if isinstance(found, Rejection) or len(found.body) <= len(article.body):
        return article
    fetching.pages += 1
    return replace(
        article,
        body=found.body,
        lang=found.lang or article.lang,
        byline=article.byline or found.byline,
        published=article.published or found.published,
        updated=article.updated or found.updated,
    )


def _save(fetching: _Fetching, due: list[StoredFeed]) -> None:
    """Store what came of each feed."""
    time = utc_text(fetching.now) or ""
    with fetching.index.transaction() as db:
        for feed in due:
            if feed.id in fetching.failures:
                error, status, wait = fetching.failures[feed.id]
                if wait is None:
                    wait = min(_FIRST_WAIT * 2 ** min(feed.failures, 10), _LONGEST_WAIT)
                until = utc_text(fetching.now + wait) or ""
                feeds.save_failure(db, feed.id, time, error, status, until)
            elif feed.id in fetching.successes:
                feeds.save_success(db, feed.id, time, fetching.successes[feed.id])
                known = outlets.OutletNames(db)
                found = fetching.articles.get(feed.id, [])
                ids = [storing.find(db, known.canonical(article)) for article in found]
                feeds.add_articles(db, feed.id, [id for id in ids if id is not None])

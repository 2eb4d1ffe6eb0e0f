"""What came of each feed and each page of a fetch, until all of it is stored.

Start reading at `FetchState.of_feed`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import BufferedReader
from typing import TYPE_CHECKING, NamedTuple

from .. import sources
from ..article import Article, Rejection
from ..index import Index, articles, feeds, identities, outlets
from ..index.feeds import PagelessArticle, StoredFeed, Success
from ..records import Defaults
from ..times import utc_text
from ..urls import host_of

if TYPE_CHECKING:
    from ..fetching.client import Answer

_FIRST_WAIT = timedelta(minutes=15)  # after a failure; it doubles with each further one
_LONGEST_BACKOFF = timedelta(hours=20)  # so that a nightly run asks every night
_READ = "read"  # of a page, in the table


class Failure(NamedTuple):
    """Why a feed could not be read."""

    error: str
    status: int | None = None  # of HTTP
    wait: timedelta | None = None  # as its server wants it; None: it does not say


class FetchState:
    """The results of a fetch so far, by the ids of the feeds."""

    def __init__(self, index: Index, now: datetime) -> None:
        self._index, self._now = index, now
        self._outlet_names = outlets.OutletNames(index.connection)
        self._successes: dict[int, Success] = {}
        self.failures: dict[int, Failure] = {}
        self._stubs: dict[int, list[Article]] = {}  # of each feed, to look up their ids later
        self._page_results: dict[str, str] = {}  # key -> as in the table `feed_articles`
        self.unchanged = self.pages = 0
        self.failed_pages: set[str] = set()  # urls

    def of_feed(
        self, feed: StoredFeed, answer: "Answer | Exception"
    ) -> Iterator[Article | Rejection]:
        """Yield the articles of a feed, or why there are none; note its new state for `save`."""
        if isinstance(answer, Exception):
            status, wait = (getattr(answer, name, None) for name in ("status", "wait"))
            self.failures[feed.id] = Failure(str(answer), status, wait)
            yield Rejection(feed.url, 0, "feed", str(answer))
            return
        etag, modified = (answer.headers.get(name, "") for name in ("ETag", "Last-Modified"))
        success = Success(answer.status, etag, modified, moved_to=answer.moved_to)
        if answer.file is None:
            self._successes[feed.id] = success._replace(
                etag=etag or feed.etag, last_modified=modified or feed.last_modified
            )
            self.unchanged += 1
            return
        stubs = self._stubs.setdefault(feed.id, [])
        fault = ""
        defaults = Defaults(stem=host_of(answer.url))
        with answer.file as file:
            for item in sources.read_fetched(BufferedReader(file), feed.url, defaults):
                if isinstance(item, Article):
                    stubs.append(_stub(item))
                    yield item
                else:
                    fault = fault or item.reason
                    # whoever runs a feed could name the article of another outlet
                    yield item._replace(takes_down=None)
        if fault and not stubs:
            self.failures[feed.id] = Failure(fault, answer.status)
        else:
            self._successes[feed.id] = success._replace(title=stubs[0].outlet if stubs else "")

    def of_page(
        self, article: Article, answer: "Answer | Exception"
    ) -> Iterator[Article | Rejection]:
        """Yield an article with the text of its page, if that has more of it, or why it has not."""
        found = answer if isinstance(answer, Exception) else _read_page(article, answer)
        if isinstance(found, Article):
            self._page_results[article.key] = _READ
            is_fuller = len(found.body) > len(article.body)
            self.pages += is_fuller
            yield _completed(article, found) if is_fuller else article
            return
        reason = found.reason if isinstance(found, Rejection) else str(found)
        self._page_results[article.key] = reason
        self.failed_pages.add(article.url)
        yield Rejection(article.url, 0, "page", reason, names=article.names, is_news=False)
        yield article

    def is_stored(self, article: Article) -> bool:
        """Whether the index has an article in no earlier version."""
        return self._stored_body(article) is not None

    def has_more(self, article: Article) -> bool:
        """Whether the index has an article in no earlier version, and with a longer text.

        A feed has only the beginning of what a page has in full.
        """
        body = self._stored_body(article)
        return body is not None and len(article.body) < len(body)

    def without_page(self, due: Sequence[StoredFeed], period: timedelta) -> list[Article]:
        """Return the recent articles of some feeds whose pages are not read yet."""
        since = utc_text(self._now - period) or ""
        ids = [feed.id for feed in due]
        found = []
        for feed, *values in feeds.without_page(self._index.connection, ids, since):
            record = dict(zip(PagelessArticle._fields[1:], values, strict=True))
            article = Article.from_dict(record)
            self._stubs.setdefault(feed, []).append(_stub(article))
            found.append(article)
        return found

    def save(self, due: Sequence[StoredFeed]) -> None:
        """Save the outcome of each feed."""
        now = utc_text(self._now) or ""
        with self._index.transaction() as db:
            self._outlet_names = outlets.OutletNames(db)
            for feed in due:
                if feed.id in self.failures:
                    failure = self.failures[feed.id]
                    until = utc_text(self._now + _wait_of(feed, failure)) or ""
                    feeds.save_failure(db, feed.id, now, failure.error, failure.status, until)
                elif feed.id in self._successes:
                    feeds.save_success(db, feed.id, now, self._successes[feed.id])
                results = {
                    id: self._page_results.get(stub.key, "")
                    for stub in self._stubs.get(feed.id, [])
                    if (id := self._id(stub)) is not None
                }
                feeds.add_articles(db, feed.id, results)

    def _stored_body(self, article: Article) -> str | None:
        """Return the text that the index has of an article; None if it has no version as late."""
        id = self._id(article)
        if id is None:
            return None
        stored = articles.newest_text(self._index.connection, id)
        time = utc_text(article.updated or article.published) or ""
        return stored.body if time <= (stored.time or "") else None

    def _id(self, article: Article) -> int | None:
        return identities.find(self._index.connection, self._outlet_names.canonical(article))


def _stub(article: Article) -> Article:
    """Return an article without its text, by which its id is looked up."""
    return replace(article, id=article.key, title=article.title or "-", body="")


def _read_page(article: Article, answer: "Answer") -> Article | Rejection:
    """Return the article of a page; what it says of its url does not matter."""
    if answer.file is None:
        return Rejection(article.url, 0, "page", f"answers {answer.status}")
    with answer.file as file:
        content = file.read(sources.LARGEST_PAGE + 1)
    page = sources.Page(content, answer.url, answer.headers.get("Content-Type", ""))
    return sources.article_of_page(page, Defaults(), answer.url, 0)


def _completed(article: Article, page: Article) -> Article:
    """Return an article of a feed with the text of its page, and what else the feed lacks."""
    return replace(
        article,
        body=page.body,
        lang=page.lang or article.lang,
        byline=article.byline or page.byline,
        published=article.published or page.published,
        updated=article.updated or page.updated,
    )


def _wait_of(feed: StoredFeed, failure: Failure) -> timedelta:
    """Return how long to leave a feed alone that failed."""
    if failure.wait is not None:
        return failure.wait
    return min(_FIRST_WAIT * int(2 ** min(feed.failures, 10)), _LONGEST_BACKOFF)

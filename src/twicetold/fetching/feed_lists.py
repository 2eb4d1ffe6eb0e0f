"""Which feeds to fetch: urls, and the feeds of OPML files. Start reading at `read_feed_list`."""

from pathlib import Path
from typing import NamedTuple

from ..errors import SourceError, missing_extra
from ..manifests import OPML
from ..urls import is_url

_LARGEST = 20_000_000  # bytes


class ListedFeed(NamedTuple):
    """A feed that somebody wants to be read."""

    url: str
    title: str = ""
    is_named: bool = False  # by its url, and not in a list


def read_feed_list(source: str) -> list[ListedFeed]:
    """Return the feed of a url, or the feeds of an OPML file, each once.

    Of a folder that `export` wrote, the list in it is read. Raises SourceError for a file that is
    absent or lists no feed, TwicetoldError if the extra is missing.
    """
    if is_url(source):
        return [ListedFeed(source, is_named=True)]
    try:
        import listparser
    except ImportError as error:
        raise missing_extra(source, "listparser", "fetch") from error
    path = Path(source)
    path = path / OPML if path.is_dir() else path
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        hint = "a url begins with https://"
        raise SourceError(source, f"can't be read: {error.strerror}", hint=hint) from None
    if len(content) > _LARGEST:
        raise SourceError(source, f"has more than {_LARGEST / 1e6:.0f} MB")
    try:
        listed = listparser.parse(content).feeds
    except Exception as error:  # listparser leaves errors of its parsers as they are
        raise SourceError(source, f"is not OPML: {type(error).__name__}: {error}") from None
    feeds = {each["url"]: ListedFeed(each["url"], each.get("title") or "") for each in listed}
    if not feeds:
        raise SourceError(source, "lists no feeds", hint="give an OPML file, or urls")
    return list(feeds.values())

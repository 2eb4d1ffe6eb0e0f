"""Lists of stories, articles and copies, all with the same filters. Start reading at `stories`."""

from collections.abc import Mapping

from ..article import checked
from ..errors import ArgumentError, ArticleError
from ..index import Index, in_snapshot, lists, outlets
from ..index.lists import ArticleRow, CopyRow, ListFilter
from ..index.story_views import StoryRow
from ..search_words import fts_query
from ..times import Time, argument_prefix

_LARGEST = 2**63 - 1


@in_snapshot
def stories(
    index: Index,
    *,
    since: Time = "",
    until: Time = "",
    outlet: str = "",
    lang: str = "",
    min_outlets: int = 1,
    max_outlets: int = 0,
    search: str = "",
    sort: str = "",
    limit: int = 50,
) -> list[StoryRow]:
    """Return stories, by default the most widely reported first, then the most cohesive.

    `since` and `until` are UTC times or their beginnings ('2026-02'), compared with a story's last
    and first report. `outlet` and `lang` are those of one of its reports. `search` is words as
    people type them: 'abu-dhabi', '"abu dhabi" OR muscat -oil', 'title:putin'; without `sort` the
    most relevant stories come first then. Other orders: 'outlets', 'newest', 'oldest', 'articles',
    'uncertain' (the least cohesive first), 'relevance'. `max_outlets` 0 sets no bound, `limit` 0
    returns all. Raises ArgumentError, and NotFoundError if the index has no such outlet.
    """
    place = (*_period(since, until), _outlet(index, outlet), "", lang)
    wanted = ListFilter(*place, min_outlets, max_outlets, search, sort, limit)
    return lists.story_list(index.connection, _checked(wanted, lists.STORY_ORDERS))


@in_snapshot
def articles(
    index: Index,
    *,
    since: Time = "",
    until: Time = "",
    outlet: str = "",
    lang: str = "",
    min_outlets: int = 1,
    max_outlets: int = 0,
    search: str = "",
    sort: str = "",
    limit: int = 50,
) -> list[ArticleRow]:
    """Return articles without their texts, by default the newest first.

    The arguments and exceptions are those of `stories`; times are those of the article, numbers of
    outlets those of its story. Other orders: 'oldest', 'words' (the longest first), 'outlet',
    'relevance'. `Index.articles` iterates over articles with their texts.
    """
    place = (*_period(since, until), _outlet(index, outlet), "", lang)
    wanted = ListFilter(*place, min_outlets, max_outlets, search, sort, limit)
    return lists.article_list(index.connection, _checked(wanted, lists.ARTICLE_ORDERS))


@in_snapshot
def list_copies(
    index: Index,
    *,
    since: Time = "",
    until: Time = "",
    outlet: str = "",
    by: str = "",
    lang: str = "",
    min_outlets: int = 1,
    max_outlets: int = 0,
    search: str = "",
    sort: str = "",
    limit: int = 50,
) -> list[CopyRow]:
    """Return copies, each with its source; by default the newest come first.

    `outlet` is the outlet or agency whose text it is, `by` the copying outlet. The other arguments
    and the exceptions are those of `stories`; times, language and search are about the copy,
    numbers of outlets about its story. Other orders: 'oldest', 'share' (the most text first),
    'hours' (the fastest first), 'relevance'.
    """
    copying = _outlet(index, by)
    if not isinstance(outlet, str) or not lists.has_copies_of(index.connection, _storable(outlet)):
        outlet = _outlet(index, outlet)
    place = (*_period(since, until), outlet, copying, lang)
    wanted = ListFilter(*place, min_outlets, max_outlets, search, sort, limit)
    return lists.copy_list(index.connection, _checked(wanted, lists.COPY_ORDERS))


def _period(since: Time, until: Time) -> tuple[str, str]:
    """Return the bounds of a list as texts that compare with stored times."""
    return argument_prefix(since, "since"), argument_prefix(until, "until")


def _language(name: str) -> str:
    """Return the code of a language by its name or code; '' for ''. Raises ArgumentError."""
    try:
        return str(checked(_storable(name), "lang")) if name else ""
    except ArticleError as error:
        raise ArgumentError("lang", error.finding, hint=error.hint) from None


def _storable(text: str) -> str:
    """Return a text without halves of characters, which SQLite cannot store."""
    return text.encode("utf-8", "replace").decode()


def _outlet(index: Index, name: str) -> str:
    """Return the name of an outlet, given any of its names; '' for ''."""
    if not isinstance(name, str):
        raise ArgumentError("outlet", f"{name!r:.40} is not text")
    name = _storable(name)
    if name:
        outlets.require_id(index.connection, index.place, name)
    return outlets.name_of(index.connection, name)


def _checked(wanted: ListFilter, orders: Mapping[str, str]) -> ListFilter:
    """Return a filter with its search as a query of FTS5. Raises ArgumentError."""
    for name in ("min_outlets", "max_outlets", "limit"):
        value = getattr(wanted, name)
        if not isinstance(value, int) or abs(value) > _LARGEST:
            raise ArgumentError(name, f"{value!r:.40} is not a whole number that SQLite has")
    for name in ("outlet", "by", "lang", "search", "sort"):
        if not isinstance(getattr(wanted, name), str):
            raise ArgumentError(name, f"{getattr(wanted, name)!r:.40} is not text")
    names = [*orders, lists.RELEVANCE] if wanted.search else [*orders]
    if wanted.sort and wanted.sort not in names:
        finding = f"'{wanted.sort}' is not one of {', '.join(names)}"
        hint = "relevance needs a search" if wanted.sort == lists.RELEVANCE else ""
        raise ArgumentError("sort", finding, hint=hint)
    return wanted._replace(
        lang=_language(wanted.lang),
        search=fts_query(wanted.search) if wanted.search else "",
    )

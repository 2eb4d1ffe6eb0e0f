"""The plugin of Datasette: `datasette news.db` shows an index as people want to see it.

Datasette 0.65 asks for metadata and queries by hooks; from 1.0 on, they are stored at its start.
Databases that are no index of twicetold stay as they are.
"""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pluggy

from ..index.asking import hide_secrets
from .datasette_metadata import is_current_index, metadata_of, queries_of
from .datasette_pages import SCRIPT, STYLE, Addresses, check_permission, routes, style_route
from .functions import search_words

hookimpl = pluggy.HookimplMarker("datasette")

_LINKED = {
    "story": Addresses.story_page,
    "other_story": Addresses.story_page,
    "article": Addresses.article_page,
    "copy": Addresses.article_page,
    "copy_of": Addresses.article_page,
}
# the title is that of the first of these that a row has
_TITLED = ("copy", "article", "other_story", "story")
_ROWS_OF = {"articles": Addresses.article_page, "stories": Addresses.story_page}
_COMPARED = {  # how much is copied: with the columns of the two articles
    "percent_copied": ("copy_of", "article"),
    "share_of_copy": ("article", "copy"),
}


@hookimpl(optionalhook=True)
def get_metadata(datasette: Any, key: str, database: str, table: str) -> dict[str, Any]:
    """Return what Datasette 0.65 shows beside tables and columns."""
    databases = _metadata(datasette)
    for name, own in (datasette._metadata_local.get("databases") or {}).items():
        # Datasette shows a description only where there is none in HTML
        if name in databases and "description" in (own or {}):
            databases[name] = databases[name] | {"description_html": ""}
    return {"databases": databases}


@hookimpl(optionalhook=True)
def canned_queries(datasette: Any, database: str, actor: Any) -> Callable[[], Any]:
    """Return the questions, for Datasette 0.65, unless rules hide what they are about."""
    from datasette.utils.asgi import Forbidden

    async def allowed() -> dict[str, Any]:
        try:
            await check_permission(datasette, actor, database)
        except Forbidden:
            return {}
        return _queries(datasette, database)

    return allowed


@hookimpl
def startup(datasette: Any) -> Callable[[], Any] | None:
    """Store in Datasette 1.0 what 0.65 asks for; what its user has configured stays."""
    if not hasattr(datasette, "add_query"):
        return None

    async def store() -> None:
        for name, given in _metadata(datasette).items():
            await _store(datasette, name, given)
            for query, values in _queries(datasette, name).items():
                if await datasette.get_query(name, query) is None:
                    await datasette.add_query(name, query, source="plugin", **values)

    return store


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """Return the pages of all indexes."""
    pages = [route for name, path in _indexes(datasette) for route in routes(name, path)]
    return [*pages, style_route()]


@hookimpl(trylast=True)  # after Datasette's own function of this name
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """Let the search of Datasette read words as ours does; for it, they are a function of SQL."""
    if _is_index(datasette, database):
        conn.create_function("escape_fts", 1, search_words, deterministic=True)
        conn.set_authorizer(hide_secrets)


@hookimpl
def extra_css_urls(template: str, database: str | None, datasette: Any) -> list[str]:
    """Return the style of lists: titles wide enough to be read."""
    return [datasette.urls.path(STYLE)] if database and _is_index(datasette, database) else []


@hookimpl
def extra_body_script(template: str, database: str | None, datasette: Any) -> str:
    """Return a script that names the fields of lists for screen readers."""
    return SCRIPT if database and _is_index(datasette, database) else ""


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str, database: str, datasette: Any
) -> Any:
    """Return numbers of stories and articles as links, and binary values as their size."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if value is None or column not in _SHOWN_AS_LINKS or not _is_index(datasette, database):
        return None
    from markupsafe import Markup

    addresses = Addresses(datasette.urls.database(database), database)
    cells = {name: row[name] for name in row.keys()}  # noqa: SIM118 - rows of several kinds
    page = _page_of(addresses, cells, column, table)
    if page and column in _COMPARED:
        return Markup('{} <a href="{}">side by side</a>').format(value, page)
    return Markup('<a href="{}">{}</a>').format(page, value) if page else None


_SHOWN_AS_LINKS = {"title", *_LINKED, *_COMPARED}


def _page_of(addresses: Addresses, row: dict[str, Any], column: str, table: str) -> str:
    """Return the page that a cell leads to; '' if to none."""
    one, other = (row.get(name) for name in _COMPARED.get(column, ("", "")))
    if isinstance(one, int) and isinstance(other, int):
        return addresses.pair_page(one, other)
    if column == "title" and table in _ROWS_OF and "id" in row:
        return _ROWS_OF[table](addresses, row["id"])
    named = next((name for name in _TITLED if row.get(name)), "") if column == "title" else column
    number = row.get(named)
    if named in _LINKED and isinstance(number, int):
        return _LINKED[named](addresses, number)
    return ""


def _is_index(datasette: Any, database: str) -> bool:
    path = getattr(datasette.databases.get(database), "path", None)
    return path is not None and bool(
        _cache(datasette, ("index", str(path)), is_current_index, path)
    )


def _indexes(datasette: Any) -> Iterator[tuple[str, str]]:
    """Yield name and path of each database that is an index of this version."""
    for name, database in list(datasette.databases.items()):
        if _is_index(datasette, name):
            yield name, str(database.path)


def _metadata(datasette: Any) -> dict[str, Any]:
    """Return the metadata of all indexes, by the name of the database."""
    return {
        name: _cache(datasette, ("metadata", name), metadata_of, datasette.urls.database(name))
        for name, _ in _indexes(datasette)
    }


def _queries(datasette: Any, name: str) -> dict[str, Any]:
    if not _is_index(datasette, name):
        return {}
    path = str(datasette.databases[name].path)
    queries: dict[str, Any] = _cache(datasette, ("queries", path), queries_of, path)
    return queries


def _cache(datasette: Any, key: tuple[str, str], make: Callable[..., Any], *given: Any) -> Any:
    """Return what `make` returned the first time: metadata is asked for with each request."""
    kept = datasette.__dict__.setdefault("_twicetold", {})
    if key not in kept:
        kept[key] = make(*given)
    return kept[key]


async def _store(datasette: Any, name: str, given: dict[str, Any]) -> None:
    """Store the metadata, the configuration and the queries of one database."""
    described = await datasette.get_database_metadata(name)
    if "description" not in described and "description_html" not in described:
        await datasette.set_database_metadata(name, "description_html", given["description_html"])
    config = datasette.config = datasette.config or {}
    tables = config.setdefault("databases", {}).setdefault(name, {}).setdefault("tables", {})
    for table, values in given["tables"].items():
        own = {key: value for key, value in values.items() if key not in ("description", "columns")}
        tables[table] = own | tables.get(table, {})
        if "description" not in await datasette.get_resource_metadata(name, table):
            await datasette.set_resource_metadata(name, table, "description", values["description"])
        for column, meaning in values["columns"].items():
            if not await datasette.get_column_metadata(name, table, column):
                await datasette.set_column_metadata(name, table, column, "description", meaning)

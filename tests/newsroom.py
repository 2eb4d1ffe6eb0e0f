"""Helpers: articles with defaults, files of them, and plain queries of an index."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import twicetold

CORPUS = Path(__file__).parent.parent / "sample_corpus"
MODEL_STORY = "US, Russia agree to resume high-level military dialogue after Abu Dhabi talks"

TALKS_RESUME: dict[str, Any] = {
    "id": "talks-1",
    "outlet": "Reuters",
    "title": "Talks on the harbour resume",
    "body": "Envoys of both sides met again on Tuesday to talk about the harbour of Merrow. "
    "They had last spoken in spring, when the talks broke down over who pays for dredging.",
    "lang": "en",
    "published": "2026-02-03T09:00:00Z",
}


def article(**fields: Any) -> dict[str, Any]:
    """A complete record; `fields` change some of it, or remove it with None."""
    record = TALKS_RESUME | fields
    return {name: value for name, value in record.items() if value is not None}


def write_lines(path: Path, *records: object) -> Path:
    """A file of JSON lines; a str is written unchanged."""
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def select(index: Path | str, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of a database, read with plain sqlite3."""
    with closing(sqlite3.connect(index)) as db:
        return db.execute(sql, values).fetchall()


def rows_of(index: twicetold.Index, sql: str) -> list[tuple[Any, ...]]:
    """Rows of an open index."""
    return index.connection.execute(sql).fetchall()


def problems(browser: Any) -> list[str]:
    """What the console and axe-core find on the page that is shown."""
    from axe_core_python.selenium import Axe

    console = [entry["message"] for entry in browser.get_log("browser")]
    found = Axe().run(browser)["violations"]
    return console + [each["id"] for each in found if each["impact"] in ("serious", "critical")]

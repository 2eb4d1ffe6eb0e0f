"""Store an index of today's schema as a test case for later programs.

    python tests/schemas.py

writes tests/cases/schema_N.db.gz, where N is the newest schema. Once a program with that schema is
released, the file is not changed any more: `test_schema.py` opens all of them.
"""

import gzip
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from newsroom import CORPUS

import twicetold
from twicetold.index import feeds, schema

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 2, 8, tzinfo=UTC)
STORIES = ("abudhabi", "ferry")  # as the keys of their articles name them


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        with twicetold.Index.open(path, create=True) as index:
            fill(index)
        name = f"schema_{schema.read_migrations()[-1].version}.db.gz"
        (CASES / name).write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def fill(index: twicetold.Index) -> None:
    """Use all tables: stories, a text that changed, a decision, a takedown, a rejection, a feed."""
    chosen = [
        item
        for item in twicetold.read_articles([str(CORPUS)])
        if isinstance(item, twicetold.Article) and any(name in item.key for name in STORIES)
    ]
    ferry, *_, removed, talks = chosen
    changed = replace(ferry, title=f"CORRECTED: {ferry.title}", updated=NOW)
    empty = twicetold.Rejection("feed.jsonl", 7, "title", "is empty", "")
    twicetold.run(index, [*chosen, empty], now=NOW)
    twicetold.run(index, [changed], now=NOW)
    decision = twicetold.Decision(ferry.key, talks.key, "different", by="desk")
    twicetold.add_decisions(index, decision, now=NOW)
    twicetold.use_outlets(index, [twicetold.Outlet("CNA", groups=("country=Singapore",))])
    with index.transaction() as db:
        feed = feeds.add(db, "https://cna.example/feed", "CNA", "2026-02-08T00:00:00Z")
        other = feeds.Success(200, "v1", "", moved_to="https://cna.example/rss")
        feeds.save_success(db, feed, "2026-02-08T00:00:00Z", other)
        feeds.add_articles(db, feed, {1: "read"})
    twicetold.name_furniture(index, "Sign up for our newsletter", by="desk", now=NOW)
    twicetold.remove(index, removed.key, note="court order 12/26", now=NOW)


if __name__ == "__main__":
    main()

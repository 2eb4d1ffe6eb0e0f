"""Rows of a source become articles, or rejections. Start reading at `read_articles`."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from ..article import Article, Rejection
from ..hours import is_day
from ..index.outlets import name_in_source
from ..index.signing import sign_articles
from ..index.storing import SignedArticle, first_seen
from ..jobs.ingest import failed, not_yet
from ..jobs.quarantine import work_on_most
from ..records import Defaults, read_record
from ..sources.jsonl import read_line
from ..text.credits import Agencies
from ..times import day_number, utc_text
from ..urls import page_of
from .columns import READ, arrow_schema

_ROWS = 1_000  # read and signed at once
_JSON_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".json", ".json.gz")
TABLE = "table:"  # before the name of a table of the engine
LINE = "value"  # the column of a text file's lines


class Reader(NamedTuple):
    """How rows are read."""

    source: str  # its name, for messages
    defaults: Defaults
    now: datetime
    agencies: Agencies


def open_source(session: SparkSession, source: str) -> DataFrame:
    """Return the rows of a source: Parquet, lines of JSON, or `table:NAME`."""
    if source.startswith(TABLE):
        return session.table(source.removeprefix(TABLE))
    if source.lower().endswith(_JSON_LINES):
        return session.read.text(source)
    return session.read.parquet(source)


def read_articles(frame: DataFrame, reader: Reader) -> DataFrame:
    """Return what the rows of a frame become: articles that are signed, or rejections."""
    return frame.mapInArrow(partial(_read_batches, reader=reader), READ)


def place_in_time(published: str | None, first_seen: str | None) -> dict[str, Any]:
    """Return the columns by which articles are sorted; times are as the index stores them."""
    time = published or first_seen or ""
    return {"day": day_number(time), "whole_day": is_day(time), "time": time}


def _read_batches(batches: Iterator[pa.RecordBatch], reader: Reader) -> Iterator[pa.RecordBatch]:
    for each in batches:
        for start in range(0, each.num_rows, _ROWS):
            rows = each.slice(start, _ROWS).to_pylist()
            records = _rows_of(_items(rows, reader), reader)
            if records:
                yield pa.RecordBatch.from_pylist(records, arrow_schema(READ))


def _items(rows: Sequence[dict[str, Any]], reader: Reader) -> Iterator[Article | Rejection]:
    for row in rows:
        if row.keys() == {LINE}:
            line = str(row[LINE]).encode()
            if line.strip():
                yield read_line(line, reader.source, 0, reader.defaults)
        else:
            beginning: Callable[[], str] = partial(json.dumps, row, default=str, ensure_ascii=False)
            yield read_record(row, reader.defaults, reader.source, 0, beginning)


def _rows_of(items: Iterator[Article | Rejection], reader: Reader) -> list[dict[str, Any]]:
    articles: list[Article] = []
    rejected: list[Rejection] = []
    for item in items:
        late = not_yet(item, reader.now) if isinstance(item, Article) else item
        if late is not None:
            rejected.append(late)
        elif isinstance(item, Article):
            articles.append(item)
    sign = partial(sign_articles, agencies=reader.agencies)
    parts, failures = work_on_most(articles, sign)
    rejected += [failed(articles[place], "signatures", why) for place, why in failures]
    rows = [_article_row(signed, reader.now) for part in parts for signed in part]
    return rows + [rejection_row(each) for each in rejected]


def _article_row(signed: SignedArticle, now: datetime) -> dict[str, Any]:
    article = signed.article
    published = utc_text(article.published)
    seen = None if published else utc_text(first_seen(article, now))
    _, host = name_in_source(article.outlet, article.url)
    # the printed name of the outlet is in the key of an article without an id or a url
    source_id = article.id or ("" if article.key != article.text_key else article.key)
    return {
        "outlet": article.outlet,
        "title": article.title,
        "body": article.body,
        "lang": signed.lang,
        "published": published,
        "updated": utc_text(article.updated),
        "first_seen": seen,
        "url": article.url,
        "byline": article.byline,
        "credit": signed.credit,
        "words": signed.words,
        "key": article.key,
        **place_in_time(published, seen),
        "minhash": signed.minhash,
        "page": page_of(article.key),
        "source_id": source_id,
        "given_lang": article.lang,
        "outlet_url": article.url,
        "outlet_host": host,
    }


def rejection_row(rejection: Rejection) -> dict[str, Any]:
    """Return the columns of a rejection."""
    return {
        "source": rejection.source,
        "field": rejection.field,
        "reason": rejection.reason,
        "excerpt": rejection.excerpt,
    }

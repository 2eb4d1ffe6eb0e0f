"""Rows of a source become articles, or rejections. Start reading at `read_articles`.

Columns that no field is read from are left alone, whatever their types and names.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..article import Article, Rejection, Unread
from ..errors import TwicetoldError
from ..hours import is_day
from ..index.identities import key_without_id
from ..index.outlets import name_in_source
from ..index.signing import sign_articles
from ..index.storing import SignedArticle, first_seen
from ..jobs.ingest import failed, not_yet
from ..jobs.quarantine import work_on_most
from ..records import Defaults, read_record, row_excerpt
from ..sources.arrow import cell
from ..sources.compression import without_suffix
from ..sources.formats import format_by_name
from ..sources.header import columns_to_read, header_problem
from ..sources.jsonl import BOM, read_line
from ..sources.readers import stem_of
from ..sources.unread import Tally, tally
from ..text.credits import Agencies
from ..times import day_number, utc_text
from ..urls import page_of
from .columns import READ, REJECTION, arrow_schema
from .store import with_nulls

_ROWS = 1_000  # read and signed at once
_UNPACKED = ("", ".gz", ".bz2")  # compression that every engine reads
TABLE = "table:"  # before the name of a table of the engine
_NO_COLUMNS = "has no columns, or does not exist"  # Sail reads a missing file as an empty one
LINE = "value"  # the column of a text file's lines


class Reader(NamedTuple):
    """How rows are read."""

    source: str  # its name, for messages
    defaults: Defaults
    now: datetime
    agencies: Agencies
    columns: tuple[str, ...] = ()  # none: a row is a line of JSON


class UnreadTimes(NamedTuple):
    """What a row has of its times, see `sources.unread`."""

    published: str | None
    updated: str | None
    unread: Sequence[Unread]


def open_source(session: SparkSession, source: str) -> DataFrame:
    """Return the rows of a source: Parquet, lines of JSON, or `table:NAME`.

    Raises TwicetoldError for a file of another format.
    """
    if source.startswith(TABLE):
        return session.table(source.removeprefix(TABLE))
    format = format_by_name(source)
    if format == "jsonl" and source[len(without_suffix(source)) :].lower() in _UNPACKED:
        return session.read.option("lineSep", "\n").text(source)
    if format in ("parquet", ""):
        return session.read.option("mergeSchema", "true").parquet(source)
    finding = "is neither Parquet nor lines of JSON (.jsonl, .jsonl.gz), which Spark reads"
    raise TwicetoldError(source, finding, hint="read it with `twicetold run`")


def stem_of_source(source: str) -> str:
    """Return the outlet of a file's articles that name none; '' for a folder or a pattern."""
    is_file = format_by_name(source) and not set(source) & set("*?[{")
    return stem_of(source) if is_file else ""


def read_articles(frame: DataFrame, reader: Reader) -> DataFrame:
    """Return what the rows of a frame become: articles that are signed, or rejections.

    A frame whose columns have no title or body is one rejection.
    """
    names = frame.columns
    if names == [LINE]:
        lines = frame.select(F.col(LINE).cast("binary"))  # a line may be no text
        return lines.mapInArrow(partial(_read_batches, reader=reader), READ)
    problem = header_problem(names, reader.defaults.columns) if names else ("file", _NO_COLUMNS)
    if problem:
        rejected = frame.sparkSession.createDataFrame([(reader.source, *problem, "")], REJECTION)
        return with_nulls(rejected, READ)
    chosen = columns_to_read(names, reader.defaults.columns)
    # by places: a name may have dots, and Spark would look for fields of objects
    by_place = frame.toDF(*(f"column_{place}" for place in range(len(names))))
    places = [f"column_{names.index(name)}" for name in dict.fromkeys(chosen)]
    reader = reader._replace(columns=tuple(dict.fromkeys(chosen)))
    return by_place.select(*places).mapInArrow(partial(_read_batches, reader=reader), READ)


def tally_by_source(read: DataFrame, lacking: Sequence[str]) -> dict[str, Tally]:
    """Return what could not be read of the articles of the sources where some lack anything."""
    if not lacking:
        return {}
    rows = read.where("reason is null").where(F.col("source").isin(lacking))
    rows = rows.select("source", "published", "updated", "unread")
    tallies: dict[str, Tally] = {}
    for row in rows.mapInArrow(_tally, "source string, tally string").collect():
        counts, texts = json.loads(row["tally"])
        part = Tally(
            Counter({tuple(key): number for key, number in counts}),
            {tuple(key): text for key, text in texts},
        )
        tallies.setdefault(row["source"], Tally(Counter(), {})).add(part)
    return tallies


def _tally(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    tallies: dict[str, Tally] = {}
    for each in batches:
        by_source: dict[str, list[UnreadTimes]] = {}
        for row in each.to_pylist():
            unread = [Unread(*fields) for fields in json.loads(row["unread"])]
            times = UnreadTimes(row["published"], row["updated"], unread)
            by_source.setdefault(row["source"], []).append(times)
        for source, articles in by_source.items():
            tallies.setdefault(source, Tally(Counter(), {})).add(tally(articles))
    rows = [
        {"source": source, "tally": json.dumps([[*each.items()] for each in counted])}
        for source, counted in tallies.items()
    ]
    yield pa.RecordBatch.from_pylist(rows, pa.schema({"source": pa.string(), "tally": pa.string()}))


def place_in_time(published: str | None, first_seen: str | None) -> dict[str, Any]:
    """Return the columns by which articles are sorted; times are as the index stores them."""
    time = published or first_seen or ""
    return {"day": day_number(time), "whole_day": is_day(time), "time": time}


def _read_batches(batches: Iterator[pa.RecordBatch], reader: Reader) -> Iterator[pa.RecordBatch]:
    for each in batches:
        for start in range(0, each.num_rows, _ROWS):
            part = each.slice(start, _ROWS)
            items = _records(part, reader) if reader.columns else _lines(part, reader)
            records = _rows_of(items, reader)
            if records:
                yield pa.RecordBatch.from_pylist(records, arrow_schema(READ))


def _lines(rows: pa.RecordBatch, reader: Reader) -> Iterator[Article | Rejection]:
    for line in rows.column(0).to_pylist():
        if line is not None and line.strip():
            yield read_line(line.removeprefix(BOM), reader.source, 0, reader.defaults)


def _records(rows: pa.RecordBatch, reader: Reader) -> Iterator[Article | Rejection]:
    columns = [_cells(column) for column in rows.columns]
    for cells in zip(*columns, strict=True):
        row = dict(zip(reader.columns, cells, strict=True))
        yield read_record(row, reader.defaults, reader.source, 0, partial(row_excerpt, row))


def _cells(column: pa.Array) -> list[Any]:
    """Return the values of a column; whole decimals, which Spark makes of large types, are ints."""
    try:
        values = column.to_pylist()
    except Exception:  # of pyarrow, of many kinds: one of the cells cannot be read
        values = [cell(column, place) for place in range(len(column))]
    if pa.types.is_decimal(column.type) and column.type.scale == 0:
        return [None if value is None else int(value) for value in values]
    return values  # type: ignore[no-any-return]


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
        "source": article.source,
        "unread": json.dumps(article.unread),
        "page": page_of(article.key),
        "other_page": page_of(key_without_id(article)),
        "source_id": source_id,
        "given_lang": article.lang,
        "outlet_host": host,
    }


def rejection_row(rejection: Rejection) -> dict[str, Any]:
    """Return the columns of a rejection; its page is that of an article that is canceled."""
    canceled = rejection.takes_down
    names = {} if canceled is None else {"page": page_of(canceled.key), "outlet": canceled.outlet}
    return {
        **names,
        "source": rejection.source,
        "field": rejection.field,
        "reason": rejection.reason,
        "excerpt": rejection.excerpt,
    }

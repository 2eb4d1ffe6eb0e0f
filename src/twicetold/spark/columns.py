"""The columns of each table, as Spark and Arrow name them.

Tables whose names are those of the index have its columns as far as they fit; see `docs/spark.md`.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from ..arrays import FloatArray

_TYPES = {
    "string": pa.string(),
    "long": pa.int64(),
    "int": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "binary": pa.binary(),
}

_TEXT = "outlet string, title string, body string, lang string"
_TIMES = "published string, updated string, first_seen string"
_SOURCE = "url string, byline string, credit string, words int"
TIME_ORDER = "key string, day long, whole_day boolean, time string"
# what a record becomes: an article, or a rejection if there is a reason
READ = (
    f"{_TEXT}, {_TIMES}, {_SOURCE}, {TIME_ORDER}, minhash binary, page string, other_page string,"
    " source_id string, given_lang string, outlet_host string,"
    " unread string, source string, field string, reason string, excerpt string"
)
REJECTION = "source string, field string, reason string, excerpt string"
STORED = f"{_TEXT}, {_TIMES}, {_SOURCE}, {TIME_ORDER}, minhash binary"
RECORD = f"page string, {STORED}"
VERSION = "key string, version int, replaced string, title string, body string, updated string"
RESOLVED = (
    f"{RECORD}, {REJECTION}, version int, replaced string, old_title string, old_body string,"
    " old_updated string"
)
ARTICLE = f"id long, {RECORD}"
RESULT = f"{ARTICLE}, story_id long, copy_group_id long"
SIGNATURE = "article_id long, minhash binary, words int, left_out int"
PASSAGE = (
    "from_day long, passage string, is_text boolean, articles long, outlets long, example string,"
    " by string, note string"
)
MEMBER = "period long, id long, is_suspect boolean"
ENTRY = "bucket int, article_id long"
PAIR = "a long, b long"
LABEL = "id long, label long"
_MEASURES = (
    "jaccard double, a_in_b double, b_in_a double, cosine_body double, cosine_lead double,"
    " cosine_title double, cosine_names double"
)
LINK = f"a long, b long, kind string, found_by string, probability double, {_MEASURES}"
# what the scoring of days gives: `row_type` says which columns a row has
SCORED = (
    f"row_type string, day long, {LINK}, id long, headline string, hour double, is_long boolean,"
    " is_short boolean, is_report boolean, lang string, articles long, dated_share double,"
    " undated_share double, hashes binary, weights binary"
)
TRAIT = (
    "id long, day long, headline string, hour double, is_long boolean, is_short boolean,"
    " is_report boolean"
)
PRIOR = "day long, lang string, articles long, dated_share double, undated_share double"
STEM = "day long, id long, hashes binary, weights binary"
DECISION = "a long, b long, verdict string, by string, at string, note string"
RUN = (
    "started string, finished string, articles long, new long, rejected long, unread string,"
    " links long, copy_groups long, stories long, seconds string, settings string, software string"
)
OUTLET = "name string, owner string, agency_name string, timezone string, named_by string"
OUTLET_NAME = "name string, host string, outlet string, by string"
OUTLET_GROUP = "outlet string, kind string, name string"
CROWD = "article_id long, first_id long"
ASSIGNMENT = "id long, story_id long, copy_group_id long"
COPY_GROUP = "id long, origin_article_id long, articles long, by_credit boolean, agency string"
STORY = (
    "id long, title string, lang string, first_published string, last_published string,"
    " articles long, outlets long, languages string, lead_article_id long, cohesion double,"
    " weakest_link double"
)

BY_DAY = {  # tables in folders by day
    "articles": RESULT,
    "signatures": SIGNATURE,
    "bands": ENTRY,
    "links": LINK,
    "traits": TRAIT,
    "stems": STEM,
}
WHOLE = {
    "stories": STORY,
    "copy_groups": COPY_GROUP,
    "crowds": CROWD,
    "priors": PRIOR,
    "furniture": PASSAGE,
    "outlets": OUTLET,
    "outlet_names": OUTLET_NAME,
    "outlet_groups": OUTLET_GROUP,
    "decisions": DECISION,
    "versions": VERSION,
    "rejections": REJECTION,
}
RESULTS = BY_DAY | WHOLE | {"runs": RUN}


@cache
def arrow_schema(columns: str) -> pa.Schema:
    """Return the Arrow schema of columns, given as Spark writes them: 'a long, b string'."""
    pairs = (column.split() for column in columns.split(","))
    return pa.schema([(name, _TYPES[kind]) for name, kind in pairs])


def names(columns: str) -> list[str]:
    """Return the names of columns."""
    return list(arrow_schema(columns).names)


def batch(columns: str, values: Mapping[str, Any]) -> pa.RecordBatch:
    """Return a batch of rows; a column without values is null."""
    schema = arrow_schema(columns)
    size = len(next(iter(values.values())))
    arrays = [
        pa.array(values[field.name], field.type)
        if field.name in values
        else pa.nulls(size, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def numbers(column: pa.ChunkedArray) -> FloatArray:
    """Return a column as numbers, nan where it is null."""
    return np.asarray(column.to_numpy(), np.float64)

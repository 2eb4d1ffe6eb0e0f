"""Links of articles: those inside of a group, and links as rows of a task."""

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..arrays import IntArray
from ..clustering.replay import RowLinks
from .columns import numbers


def links_inside(links: DataFrame, articles: DataFrame, group: str) -> DataFrame:
    """Return the links between two articles of one group, with the columns of their articles.

    `articles` have an `id` and the column `group`.
    """
    of_a = articles.withColumnRenamed("id", "a")
    of_b = articles.select(F.col("id").alias("b"), F.col(group).alias("other_group"))
    both = links.join(of_a, "a").join(of_b, "b")
    return both.where(F.col(group) == F.col("other_group")).drop("other_group")


def row_links_of(links: pa.Table, ids: IntArray) -> RowLinks:
    """Return links between ids as links between rows."""
    shares = [numbers(links[name]) for name in ("a_in_b", "b_in_a")]
    return RowLinks(
        np.searchsorted(ids, links["a"].to_numpy()),
        np.searchsorted(ids, links["b"].to_numpy()),
        np.array([kind == "copy" for kind in links["kind"].to_pylist()], bool),
        numbers(links["probability"]),
        np.stack(shares, axis=1),
    )

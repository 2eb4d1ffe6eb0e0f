"""Pieces of SQL that several modules share."""

import json
from collections.abc import Iterable

TIME = "coalesce(published, first_seen)"  # the place of an article in time

# no stage has failed on the article, see the table quarantine, and it is not one of a crowd
USABLE = (
    "articles.id not in (select article_id from quarantine)"
    " and articles.id not in (select article_id from crowds)"
)

# the order in which articles came; one with a day alone stands behind the hours of its day
IN_TIME_ORDER = f"substr({TIME}, 1, 10), length({TIME}) = 10, {TIME}, key"


def not_before(column: str, parameter: str) -> str:
    """Return the condition that a stored time is not before a given one, or its beginning.

    A day is compared with the day of the given time: it is not before any of its hours.
    """
    return (
        f"{column} >= substr({parameter}, 1, 10)"  # an index serves this
        f" and {column} >= substr({parameter}, 1, length({column}))"
    )


def json_list(values: Iterable[object]) -> str:
    """Return values for `where x in (select value from json_each(?))`: any number of them."""
    return json.dumps(list(values))

"""Pieces of SQL that several modules share."""

import json
from collections.abc import Iterable

TIME = "coalesce(published, first_seen)"  # the place of an article in time


def json_list(values: Iterable[object]) -> str:
    """Return values for `where x in (select value from json_each(?))`: any number of them."""
    return json.dumps(list(values))

"""Two articles by their ids, keys or urls, as answers name them."""

from collections.abc import Sequence
from typing import NamedTuple

from ..errors import TwicetoldError
from ..index import Index, articles, windows


class NamedArticle(NamedTuple):
    """An article as an explanation names it."""

    article: int  # its id
    outlet: str
    lang: str  # '': not known
    published: str  # UTC; when first seen, if its source gave no time
    title: str


def named_pair(
    index: Index, a: str | int, b: str | int, ids: Sequence[int]
) -> tuple[NamedArticle, NamedArticle]:
    """Return the two different articles of `ids`, given as `a` and `b`, in the order of time.

    Raises TwicetoldError if there is only one.
    """
    if len(ids) == 1:
        raise TwicetoldError(
            index.place, f"'{a}' and '{b}' are the same article", hint="name two different ones"
        )
    in_time, _ = windows.in_time_order(index.connection, ids)
    earlier, later = (
        NamedArticle(*articles.description(index.connection, id)) for id in in_time.tolist()
    )
    return earlier, later

"""Key points of articles that need not be in an index."""

from collections.abc import Sequence

import numpy as np

from ..article import Article
from ..content.key_points import KeyPoint, find_key_points
from ..content.reading import read_story
from ..content.reports import Reports, same_texts
from ..errors import ArgumentError
from ..hours import hours_since_1970
from ..text.headlines import headlines
from ..times import day_number, utc_text


def key_points(articles: Sequence[Article], words: int | None = None) -> list[KeyPoint]:
    """Return up to five key points of articles that report one event, in reading order.

    Each is a sentence of one of the articles, `article` is its place in the list, and `outlets` are
    all that report it. Copies count once. `words` bounds the length of all points together; then
    the last one may be cut. The order of the articles does not matter. Without articles there are
    no points. Raises ArgumentError for what is no article, or fewer words than one.
    """
    for article in articles:
        if not isinstance(article, Article):
            raise ArgumentError("articles", f"{str(article)[:40]!r} is not an Article")
    if words is not None and (not isinstance(words, int) or words < 1):
        raise ArgumentError("words", f"{words!r} is not a whole number above 0")
    if not articles:
        return []
    times = [utc_text(article.published) for article in articles]
    order = sorted(
        range(len(articles)), key=lambda row: (times[row] or "~", articles[row].key, row)
    )
    points = find_key_points(
        read_story(_reports([articles[row] for row in order], [times[row] for row in order])),
        words=words,
    )
    return [point._replace(article=order[point.article]) for point in points]


def _reports(articles: Sequence[Article], times: Sequence[str | None]) -> Reports:
    titles, bodies = ([getattr(a, name) for a in articles] for name in ("title", "body"))
    outlets = [article.outlet for article in articles]
    days = [day_number(time or "1970-01-01") for time in times]
    hours, _ = hours_since_1970(times)
    first = np.argsort(days, kind="stable").tolist()
    heads = headlines(*([values[row] for row in first] for values in (titles, outlets, days)))
    headline_of = dict(zip(first, heads, strict=True))
    return Reports(
        headlines=[headline_of[row] for row in range(len(articles))],
        bodies=bodies,
        langs=[article.lang for article in articles],
        outlets=outlets,
        hours=hours,
        texts=same_texts(titles, bodies, hours),
    )

"""Key points of articles that need not be in an index."""

from collections.abc import Iterable, Sequence

import numpy as np

from ..article import Article
from ..content.contradictions import find_contradictions
from ..content.key_points import KeyPoint, find_key_points
from ..content.reading import read_story
from ..content.reports import Reports, same_texts
from ..errors import ArgumentError
from ..hours import hours_since_1970
from ..text.headlines import headline_spans
from ..times import day_number, utc_text


def key_points(articles: Iterable[Article], words: int | None = None) -> list[KeyPoint]:
    """Return up to five key points of articles that report one event, in reading order.

    Each is a sentence of one of the articles, `article` is its place in the list, and `outlets` are
    those found to report it in any words. Copies count once. `words` bounds the length of all
    points together; then the last one may be cut. The order of the articles does not matter.
    Without articles there are no points. Raises ArgumentError for what is no article, or fewer
    words than one.
    """
    if not isinstance(articles, Iterable):
        raise ArgumentError("articles", f"{str(articles)[:40]!r} is no list of articles")
    articles = list(articles)
    for article in articles:
        if not isinstance(article, Article):
            raise ArgumentError("articles", f"{str(article)[:40]!r} is not an Article")
    if words is not None and (type(words) is not int or words < 1):
        raise ArgumentError("words", f"{words!r} is not a whole number above 0")
    if not articles:
        return []
    order, reports = reports_of(articles)
    story = read_story(reports)
    points = find_key_points(story, words=words, differences=find_contradictions(story))
    return [point._replace(article=order[point.article]) for point in points]


def reports_of(articles: Sequence[Article]) -> tuple[list[int], Reports]:
    """Return articles as the reports of one story, and the place of each in the list."""
    times = [utc_text(article.published) for article in articles]
    in_time = [
        (times[row] or "~", each.key, each.outlet, each.title, each.body, row)
        for row, each in enumerate(articles)
    ]
    order = [row for *_, row in sorted(in_time)]
    return order, _reports([articles[row] for row in order], [times[row] for row in order])


def _reports(articles: Sequence[Article], times: Sequence[str | None]) -> Reports:
    titles, bodies = ([getattr(a, name) for a in articles] for name in ("title", "body"))
    outlets = [article.outlet for article in articles]
    days = [day_number(time or "1970-01-01") for time in times]
    hours, _ = hours_since_1970(times)
    first = np.argsort(days, kind="stable").tolist()
    spans = headline_spans(*([values[row] for row in first] for values in (titles, outlets, days)))
    span_of = dict(zip(first, spans, strict=True))
    return Reports(
        headlines=[title[slice(*span_of[row])] for row, title in enumerate(titles)],
        headline_starts=[span_of[row][0] for row in range(len(articles))],
        bodies=bodies,
        langs=[article.lang for article in articles],
        outlets=outlets,
        hours=hours,
        texts=same_texts(titles, bodies, hours),
    )

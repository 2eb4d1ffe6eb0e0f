"""Stories as clusters of scikit-learn: articles in memory in, labels out. See `StoryClusterer`."""

from collections.abc import Iterable, Mapping
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin

from .arrays import IntArray
from .article import Article
from .errors import ArgumentError, ArticleError, RejectedError
from .index import Index, articles, identities
from .index.outlets import OutletNames
from .index.settings import GRANULARITIES, Settings
from .index.signing import sign_articles
from .jobs.pipeline import run
from .records import Defaults, article_from
from .times import first_moment

_LONGEST_TITLE = 300  # characters; a longer first line is text
_NO_GROUP = -1  # as in scikit-learn: noise
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # if no article has a time


class StoryClusterer(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Cluster articles by the event that they report, in memory, as `twicetold.run` does.

    `X` is a list of Articles, of dicts with the fields of an Article, of strings, or a DataFrame of
    pandas or polars with columns as `Article`. A string is a text without a time, of an outlet of
    its own; its first line is the title if it is short. So is a dict or row without an outlet.

    `granularity` is 'event', 'episode' (all reports of an affair) or a probability between 0 and 1,
    the mean at which clusters are merged. After `fit`, `labels_` (n,) are the stories, numbered
    from 0 as they first come in `X`, and `copy_labels_` (n,) the copy groups, -1 for a text that is
    shared with no other. The order of `X` changes no more than the numbers.

    `fit` raises ValueError for a row that is no article, and names it; a time, language, url or
    byline that cannot be read is left out, as by `Article.from_dict`. Time grows with the number of
    articles, as in `run`: a thousand short reports take a second, a thousand long ones five.
    """

    def __init__(self, *, granularity: str | float = "event") -> None:
        self.granularity = granularity

    def fit(self, X: Iterable[Any], y: object = None) -> Self:
        """Find the stories of articles; `y` is ignored."""
        settings = Settings(**_granularity(self.granularity))
        items = [_article(row, number) for number, row in enumerate(_rows(X))]
        with Index.in_memory() as index:
            try:
                run(index, items, settings=settings, strict=True, now=_after(items))
            except (ArgumentError, RejectedError) as error:
                raise ValueError(str(error)) from error
            groups = articles.groups(index.connection)
            ids = _ids(index, items)
        self.labels_ = _numbered([groups[id][0] for id in ids])
        self.copy_labels_ = _numbered([groups[id][1] for id in ids])
        self.n_articles_ = len(items)
        return self

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that the input is text."""
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.no_validation = True
        return tags


def _granularity(value: str | float) -> dict[str, Any]:
    if isinstance(value, str) and value in GRANULARITIES:
        return GRANULARITIES[value]
    if isinstance(value, int | float) and 0 < value < 1:
        return {"cut": float(value)}
    names = " nor ".join(GRANULARITIES)
    raise ValueError(f"granularity {value!r} is neither {names} nor between 0 and 1")


def _rows(X: Any) -> Iterable[Any]:
    """Return the rows of a list or a DataFrame. Raises ValueError for anything else."""
    if hasattr(X, "to_dicts"):  # polars
        return X.to_dicts()  # type: ignore[no-any-return]
    if hasattr(X, "to_dict") and hasattr(X, "columns"):  # pandas
        return X.to_dict("records")  # type: ignore[no-any-return]
    if isinstance(X, str | bytes | Mapping) or not isinstance(X, Iterable):
        raise ValueError(f"X is {type(X).__name__}, not a list of articles")
    return X


def _article(row: Any, number: int) -> Article:
    """Return the article of a row. Raises ValueError."""
    if isinstance(row, Article):
        return row
    outlet = f"row {number}"
    if isinstance(row, str):
        title, _, rest = row.strip().partition("\n")
        is_title = len(title) <= _LONGEST_TITLE
        row = {"title": title if is_title else "", "body": rest if is_title else row}
    if not isinstance(row, Mapping):
        raise ValueError(
            f"row {number} is {type(row).__name__}, not an article, a dict or a string"
        )
    cells = {name: _plain(value) for name, value in row.items() if _has_value(value)}
    try:
        return article_from(cells, Defaults(outlet=outlet))
    except ArticleError as error:
        fields = ", ".join(map(str, cells)) or "none"
        finding = f"row {number}: {error.field} {error.finding} (its fields: {fields})"
        raise ValueError(finding) from error


def _after(items: list[Article]) -> datetime:
    """Return a time after all articles; those without a time are taken as of then."""
    times = [first_moment(item.published) for item in items if item.published is not None]
    last = max(times, default=_NO_TIME)
    return last + timedelta(days=1) if last.year < MAXYEAR else last


def _has_value(value: Any) -> bool:
    """Whether a cell has a value: pandas has nan, NaT or NA for what is missing."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return False
    return not (isinstance(value, float) and value != value)


def _plain(value: Any) -> Any:
    """Return a number, text or time of numpy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value


def _ids(index: Index, items: list[Article]) -> list[int]:
    """Return the id of each article in the index; articles of one key or url are one article."""
    names = OutletNames(index.connection)
    signed = sign_articles([names.canonical(item) for item in items])
    ids = [identities.find(index.connection, item.article) for item in signed]
    return [id for id in ids if id is not None]


def _numbered(groups: list[int | None]) -> IntArray:
    """Return groups numbered from 0 as they first come; -1 for none."""
    present = [group for group in groups if group is not None]
    numbers = {group: place for place, group in enumerate(dict.fromkeys(present))}
    return np.array([_NO_GROUP if group is None else numbers[group] for group in groups], np.int64)

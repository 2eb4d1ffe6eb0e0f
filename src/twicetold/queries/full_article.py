"""One article with its text, where it came from, and which others are like it."""

from typing import NamedTuple

from ..index import Index, articles, in_snapshot, lists, stories
from ..index.lists import ArticleRow

_MOST_LINKED = 50


class LinkedArticle(NamedTuple):
    """Another article that was compared with one, and is like it."""

    article: int
    outlet: str
    lang: str
    published: str  # UTC; when first seen, if its source gave no time
    title: str
    story: int | None
    kind: str  # 'copy': text taken over; 'story': two texts; 'template': same form, other facts
    probability: float  # that both report one event
    share_of_article: float | None  # of the one article's text that this one has; None: unknown
    share_of_other: float | None  # of this one's text that the one article has; None: unknown


class FullArticle(NamedTuple):
    """An article of an index with all that is known of it."""

    article: ArticleRow
    body: str  # '': none, or pruned
    byline: str
    updated: str | None  # UTC; None: not since it was published
    versions: int  # how many older texts it has, see `twicetold versions`
    copy_of: int | None  # the origin of its copy group; None: its own text, or the origin itself
    story_title: str  # '': in no story yet
    linked: list[LinkedArticle]  # the most probable first, at most fifty


@in_snapshot
def full_article(index: Index, article: str | int) -> FullArticle:
    """Return an article by its id, key or url, with its text and the articles that are like it.

    Raises NotFoundError.
    """
    db, id = index.connection, index.article_id(article)
    row = lists.article_rows(db, [id])[0]
    return FullArticle(
        row,
        *articles.details(db, id),
        story_title="" if row.story is None else stories.title_and_cohesion(db, row.story)[0],
        linked=[LinkedArticle(*each) for each in articles.linked(db, id)[:_MOST_LINKED]],  # type: ignore[arg-type]
    )

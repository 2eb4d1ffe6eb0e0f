"""Which stored article is a record? The one with its key, if the key can be its own.

Keys come from the sources, and sources get them wrong: an outlet sends the url of another's article
as its id, and a program numbers its rows and calls the numbers ids. Start reading at `identify`.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..article import Article, Unread, is_url, url_key, without_scheme

_ROW_NUMBER = re.compile(r"#?\d+")
_WORD = re.compile(r"\w{4,}")
_LEAD = 2_000  # characters of a body in which words are compared
# Shared words, as a share of the shorter text's. Nine in ten pairs of unrelated full texts have
# less than .2, and the same pairs seldom share a word of their titles; an update shares more
LEAST_SHARED_WORDS = 0.2
LEAST_SHARED_WORDS_OTHER_TITLE = 0.35


class StoredArticle(NamedTuple):
    """An article of the index, as far as records are compared with it."""

    id: int
    outlet: str
    title: str
    body: str
    lang: str
    published: str | None
    updated: str | None
    url: str
    byline: str
    pruned: str | None


class Identity(NamedTuple):
    """The key of a record, and the stored article that it is, if any."""

    key: str
    stored: StoredArticle | None
    squatter: StoredArticle | None = None  # which has this key, and must give it up
    unread: Unread | None = None  # the id, if it is not this article's


def possible_keys(article: Article) -> set[str]:
    """Return the keys that an article may have in the index."""
    own = {article.key, url_key(article.url) or article.text_key}
    return own | {qualified_key(article.outlet, article.key)}


def qualified_key(outlet: str, key: str) -> str:
    """Return the key of an article whose id is the url of another outlet's article."""
    return f"{outlet}|{key}"


def identify(article: Article, stored: Mapping[str, StoredArticle]) -> Identity | None:
    """Return which stored article a record is, given those with one of its `possible_keys`.

    None if its key is that of another outlet's article.
    """
    key = article.key
    old = stored.get(key)
    if old is None:
        return Identity(key, None)
    if old.outlet == article.outlet:
        if _ROW_NUMBER.fullmatch(article.id) and _unrelated(article, old):
            own = url_key(article.url) or article.text_key
            unread = Unread("id", f"{article.id}, which was that of another text")
            return Identity(own, stored.get(own), unread=unread)
        return Identity(key, old)
    if is_url(key):
        if not _is_of_url(article.url, key):
            own = qualified_key(article.outlet, key)
            return Identity(own, stored.get(own))
        if not _is_of_url(old.url, key):
            return Identity(key, None, squatter=old)
    return None


def _is_of_url(url: str, key: str) -> bool:
    return bool(url) and without_scheme(url) == without_scheme(key)


def _unrelated(article: Article, old: StoredArticle) -> bool:
    """Whether two texts under one id have nothing in common: the id is the number of a row."""
    same = (article.title, old.title), (article.body, old.body)
    if old.pruned or any(new and new == stored for new, stored in same):
        return False
    words = _words(article.title, article.body)
    old_words = _words(old.title, old.body)
    other_title = _words(article.title, "").isdisjoint(_words(old.title, ""))
    least = LEAST_SHARED_WORDS_OTHER_TITLE if other_title else LEAST_SHARED_WORDS
    return len(words & old_words) < least * min(len(words), len(old_words))


def _words(title: str, body: str) -> set[str]:
    return set(_WORD.findall(f"{title} {body[:_LEAD]}".casefold()))

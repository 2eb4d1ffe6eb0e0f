"""Which stored article is a record? The one of its outlet with its key, if the texts allow it.

An id belongs to its outlet. If two outlets have the same one, the key of one article begins with
the name of its outlet. A program may number its rows and call the numbers ids: then a text that has
nothing in common with the stored one is another article. Start reading at `stored_articles`, then
`identify`.
"""

import re
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from sqlite3 import Connection
from typing import NamedTuple

from ..article import Article, Unread, qualified_key
from ..times import earlier, utc_text
from ..urls import forms_of, is_url, page_of, preferred, url_key
from . import older_texts
from .sql import json_list

# '7', '1.0', 'row1', '(1)', '1/2026': a number and little else
_COUNTER = re.compile(r"(?=.*\d)(?!.*[^\W\d_]{5}).{1,16}")
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"  # scripts written without spaces
_PAIR = re.compile(f"(?=([{_UNSPACED}]{{2}}))")
_LONG_WORD = re.compile(rf"[^\W{_UNSPACED}]{{4,}}")
_WORD = re.compile(r"\w+")
_ENOUGH_WORDS = 4  # of long ones; a text with fewer is compared by all its words
_LEAD = 2_000  # characters of a body in which words are compared
# Shared words, as a share of the shorter text's. Nine in ten pairs of unrelated full texts have
# less than .2, and the same pairs seldom share a word of their titles; an update shares more
LEAST_SHARED_WORDS = 0.2
LEAST_SHARED_WORDS_OTHER_TITLE = 0.35


class Relation(Enum):
    """How a record relates to the stored article with its key."""

    NEWER = auto()  # it replaces the stored text, which becomes a version
    OLDER = auto()  # it becomes a version
    UNCHANGED = auto()


class StoredArticle(NamedTuple):
    """An article of the index, as far as records are compared with it."""

    id: int
    key: str
    outlet: str
    title: str
    body: str
    lang: str
    published: str | None
    updated: str | None
    url: str
    byline: str
    pruned: str | None

    @property
    def text_time(self) -> str | None:
        """The time of its text: of its last update, else of its publication."""
        return self.updated or self.published


class Identity(NamedTuple):
    """The key of a record, and the stored article that it is, if any."""

    key: str
    stored: StoredArticle | None
    displaced: StoredArticle | None = None  # which has this key, and must give it up
    unread: Unread | None = None  # what to tell: an id that is not this article's, another text


def stored_articles(db: Connection, articles: Sequence[Article]) -> dict[str, StoredArticle]:
    """Return the stored articles with one of the keys that the articles may have."""
    # few outlets have a key that begins with their name: no others are looked up by such keys
    names = json_list({article.outlet for article in articles})
    qualified = {
        name
        for (name,) in db.execute(
            "select value from json_each(?) where exists"
            " (select 1 from articles where key >= value || '|' and key < value || '}')",
            (names,),
        )
    }
    keys = {
        key
        for article in articles
        for key in _possible_keys(article, qualified=article.outlet in qualified)
    }
    rows = db.execute(
        "select articles.id, key, name, title, body, lang, published, updated, url, byline, pruned"
        " from articles join outlets on outlets.id = outlet_id"
        " where key in (select value from json_each(?))",
        (json_list(keys),),
    )
    return {row[1]: StoredArticle(*row) for row in rows}


def identify(article: Article, stored: Mapping[str, StoredArticle]) -> Identity | None:
    """Return which stored article a record is, given those of `stored_articles`.

    None if no key is left for it, which nobody's real ids can bring about.
    """
    key, unread = article.key, None
    candidates = [
        *_of_outlet(article.outlet, key, stored),
        *_of_outlet(article.outlet, article.id, stored),
    ]
    same = [each for each in candidates if not _is_another(article, each)]
    old = next(iter(same or candidates), None)
    if old is not None and not same:
        key = key_without_id(article)
        unread = Unread("id", f"{article.id}, which was that of another text")
        old = next(iter(_of_outlet(article.outlet, key, stored)), None)
    if old is not None:
        is_same_page = is_url(key) and page_of(old.key) == page_of(key)
        key = preferred(old.key, key) if is_same_page else old.key  # whichever form came first
        return Identity(key, old, unread=unread or _other_text(article, old))
    taken = stored.get(key)
    if taken is None:
        return Identity(key, None, unread=unread)
    if _claim(article.outlet, article.url, key) < _claim(taken.outlet, taken.url, key):
        return Identity(key, None, displaced=taken, unread=unread)
    own_key = qualified_key(article.outlet, key)
    return None if own_key in stored else Identity(own_key, None, unread=unread)


def same_id(article: Article, stored: Mapping[str, StoredArticle]) -> StoredArticle | None:
    """Return the stored article of the same outlet with the same id or url, whatever its text."""
    keys = (article.key, article.id or article.key)
    found = (each for key in keys for each in _of_outlet(article.outlet, key, stored))
    return next(found, None)


def key_without_id(article: Article) -> str:
    """Return the key of an article whose id is that of another text."""
    return url_key(article.url) or article.text_key


def find(db: Connection, article: Article) -> int | None:
    """Return the id of the stored article that a record is; None for a new one."""
    identity = identify(article, stored_articles(db, [article]))
    return None if identity is None or identity.stored is None else identity.stored.id


def find_by_id(db: Connection, article: Article) -> int | None:
    """Return the id of the stored article with a record's own id, also if its text is another."""
    stored = same_id(article, stored_articles(db, [article]))
    return None if stored is None else stored.id


def compare_records(db: Connection, old: StoredArticle, article: Article) -> Relation:
    """Return how a record relates to the stored article with its key.

    The record with the latest time wins. Of two with the same time, or none, the one read last is
    newer, unless it brings an older version back. Only a later time replaces a pruned text. An
    unchanged text is not newer because its source gives it a later time of publication.
    """
    published, updated = utc_text(article.published), utc_text(article.updated)
    body = "" if old.pruned else article.body
    if (old.title, old.body) == (article.title, body):
        is_later = updated is not None and _compared(updated, old.text_time) > 0
        new_language = (article.lang or old.lang) != old.lang
        new_time = earlier(published, old.published) != old.published
        is_newer = is_later or (not old.pruned and (new_language or new_time))
        return Relation.NEWER if is_newer else Relation.UNCHANGED
    order = _compared(updated or published, old.text_time)
    if order > 0:
        return Relation.NEWER
    if old.pruned:
        return Relation.UNCHANGED
    if order < 0:
        return Relation.OLDER
    is_version = older_texts.is_version(db, old.id, article.title, article.body)
    return Relation.UNCHANGED if is_version else Relation.NEWER


def _possible_keys(article: Article, *, qualified: bool) -> set[str]:
    """Return the keys that an article may have in the index; `qualified`: also with its outlet."""
    keys = {article.key, article.id or article.key, key_without_id(article)}
    forms = {form for key in keys for form in _forms(key)}
    return forms | {qualified_key(article.outlet, form) for form in forms if qualified}


def _compared(one: str | None, other: str | None) -> int:
    """Return 1 if a stored time is later than another, 0 if it is as late, else -1.

    No time is earlier than any; a day is as late as any hour of it.
    """
    one, other = one or "", other or ""
    if one and other:
        length = min(len(one), len(other))
        one, other = one[:length], other[:length]
    return (one > other) - (one < other)


def _of_outlet(outlet: str, key: str, stored: Mapping[str, StoredArticle]) -> list[StoredArticle]:
    """Return the stored articles of an outlet with a key, which may begin with the outlet.

    There are two after two outlets with the same id were merged.
    """
    forms = _forms(key)
    forms += [qualified_key(outlet, form) for form in forms]
    return [stored[form] for form in forms if form in stored and stored[form].outlet == outlet]


def _forms(key: str) -> list[str]:
    """Return a key, and other urls of its page."""
    return [key, *(form for form in forms_of(key) if form != key)] if is_url(key) else [key]


def _claim(outlet: str, url: str, key: str) -> tuple[bool, str]:
    """Return how well founded the claim of an outlet's article to a key is; the least wins.

    An article at that url has a better claim than one that uses the url as its id. Else the name
    decides, so that it does not matter which article came first.
    """
    is_at_url = is_url(key) and bool(url) and page_of(url) == page_of(key)
    return not is_at_url, outlet


def _is_another(article: Article, old: StoredArticle) -> bool:
    """Whether a record with the id of a stored article is another one.

    Its id is the number of a row, or the same for all items of a feed, each with a url of its own.
    A record that says that it updates an article of that time does so, whatever its text.
    """
    if not article.id or is_url(article.id):
        return False
    pages = page_of(url_key(article.url)), page_of(url_key(old.url))
    if not _COUNTER.fullmatch(article.id) and ("" in pages or pages[0] == pages[1]):
        return False
    is_update = article.updated is not None and utc_text(article.published) == old.published
    return not is_update and _unrelated(article, old)


def _unrelated(article: Article, old: StoredArticle) -> bool:
    """Whether two texts have nothing in common."""
    if (article.title, article.body) == (old.title, old.body):
        return False
    if old.pruned or not (article.body and old.body):
        return _shared(article.title or article.body, old.title or old.body) < LEAST_SHARED_WORDS
    other_title = _has_other_title(article, old)
    least = LEAST_SHARED_WORDS_OTHER_TITLE if other_title else LEAST_SHARED_WORDS
    return _shared(article.body[:_LEAD], old.body[:_LEAD]) < least


def _other_text(article: Article, old: StoredArticle) -> Unread | None:
    """Return what to tell of an update that seems to be of another article."""
    is_other = _has_other_title(article, old) or _unrelated(article, old)
    return Unread("text", old.key) if is_other else None


def _has_other_title(article: Article, old: StoredArticle) -> bool:
    return bool(article.title and old.title) and not _shared(article.title, old.title)


def _shared(text: str, other: str) -> float:
    """Return how many of the words of the shorter text the other one has, as a share."""
    words, others = _words(text), _words(other)
    return len(words & others) / (min(len(words), len(others)) or 1)


def _words(text: str) -> set[str]:
    text = text.casefold()
    words = {*_LONG_WORD.findall(text), *_PAIR.findall(text)}
    return words if len(words) >= _ENOUGH_WORDS else words | set(_WORD.findall(text))

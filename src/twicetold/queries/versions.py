"""What an article said before: its older texts, and word by word what changed with each."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from ..index import Index, of_one_moment

_CONTEXT = 3  # words before and after a change


class Edit(NamedTuple):
    """Words that were replaced; '' where some were only added, or only taken out."""

    before: str  # the words in front of it
    removed: str
    added: str
    after: str  # the words behind it


class Version(NamedTuple):
    """A text of an article, and what the next one changed in it."""

    article: int
    version: int  # 1, 2, … in the order in which they were put aside
    until: str  # UTC, when the next one was read
    updated: str | None  # UTC, as the source said; None: it did not
    words: int
    removed: int  # words that the next one has not
    added: int  # words that the next one has in their place
    title: str
    edits: list[Edit]  # in the order of the text, the title first


@of_one_moment
def versions(index: Index, article: str) -> list[Version]:
    """The older texts of an article, by its id, key or url; none: it never changed, or was pruned
    before it did.

    Raises NotFoundError, and PrunedError when its text is gone.
    """
    id = index.text_id(article)
    db = index.connection
    rows = db.execute(
        "select number, put_aside, updated, title, body from versions where article_id = ?"
        " order by number",
        (id,),
    ).fetchall()
    newest = db.execute("select title, body from articles where id = ?", (id,)).fetchone()
    texts = [f"{title}\n\n{body}" for *_, title, body in rows] + ["\n\n".join(newest)]
    found = []
    for place, (number, until, updated, title, _) in enumerate(rows):
        words = texts[place].split()
        edits, removed, added = _edits(words, texts[place + 1].split())
        found.append(Version(id, number, until, updated, len(words), removed, added, title, edits))
    return found


def _edits(old: list[str], new: list[str]) -> tuple[list[Edit], int, int]:
    # a comma that came is no news
    one, other = ([re.sub(r"\W+$", "", word) or word for word in words] for words in (old, new))
    edits, removed, added = [], 0, 0
    for kind, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            removed, added = removed + j - i, added + m - k
            around = old[max(0, i - _CONTEXT) : i], old[j : j + _CONTEXT]
            parts = around[0], old[i:j], new[k:m], around[1]
            edits.append(Edit(*(" ".join(part) for part in parts)))
    return edits, removed, added

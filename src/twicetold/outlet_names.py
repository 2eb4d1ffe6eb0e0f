"""Names of outlets: which of them are one paper? Start reading at `paper_name`, then `name_key`.

A paper's feeds are called 'WEEKLY ONLINE | Education' or 'World news | The Guardian', and its
articles name it 'Guardian' or 'theguardian.com'. The host of the articles says which part of such a
name is the paper.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

# blanks are looked at from their first one on: else the time grows with the square of their number
_SEPARATOR = re.compile(r"(?<!\s)\s*(?:[|>»›•·]+\s*|(?<=\s)[-–—]+\s+|:\s+)")
_DOMAIN = re.compile(r"(?<=\w)\.(?:com|org|net|co\.uk|[a-z]{2})$", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[\W_]+")
_LEAST = 3  # letters of a name that a host's label can support
_CACHED = 1 << 14


@lru_cache(maxsize=_CACHED)
def paper_name(name: str, host: str) -> str:
    """Return the part of an outlet's name that names the paper, as far as the host tells it.

    >>> paper_name("World news | The Guardian", "www.theguardian.com")
    'The Guardian'
    >>> paper_name("Le Monde.fr - Actualités et Infos", "www.lemonde.fr")
    'Le Monde'
    >>> paper_name("New York Times - News", "rss.nytimes.com")
    'New York Times'
    """
    parts = [part for part in _SEPARATOR.split(name) if part]
    labels = [label for label in host.lower().split(".")[:-1] if len(label) > _LEAST]
    labels = list(dict.fromkeys([domain_label(host), *labels])) if host else []
    if len(parts) > 1 and labels:
        letters = [_letters(_DOMAIN.sub("", part)) for part in parts]
        likeness = [max(_likeness(part, label) for label in labels) for part in letters]
        if max(likeness) > 0:
            name = parts[likeness.index(max(likeness))]
    return name if is_host(name) else _DOMAIN.sub("", name)


def has_parts(name: str) -> bool:
    """Whether only the host of its articles can say which part of a name is the outlet's."""
    return bool(_SEPARATOR.search(name))


@lru_cache(maxsize=_CACHED)
def name_key(name: str) -> str:
    """Return what the names of one paper have in common: 'guardian' for 'The Guardian'.

    It has no case, no signs, no 'The', and of a host only the label that names it.
    """
    letters = _letters((is_host(name) and domain_label(name)) or name)
    rest = letters.removeprefix("the")
    return (rest if len(rest) >= _LEAST else letters) or name


def is_host(name: str) -> bool:
    """Whether an outlet is named by its host: 'gazette.example'."""
    return bool(_HOST.fullmatch(name))


@lru_cache(maxsize=_CACHED)
def domain_of(host: str) -> str:
    """Return the domain that someone registered: 'bbc.co.uk' for 'news.bbc.co.uk'; '': none."""
    return _suffixes().privatesuffix(host.lower().rstrip(".")) or "" if is_host(host) else ""


def domain_label(host: str) -> str:
    """Return the label of a host that names its owner: 'bbc' for 'news.bbc.co.uk'; '': none."""
    return domain_of(host).partition(".")[0]


def preferred_name(names: list[str]) -> str:
    """Return by which of a paper's names it is shown: no host, and the longest of the others."""
    return min(names, key=lambda name: (is_host(name), -len(name), name))


def _letters(name: str) -> str:
    return _NO_LETTERS.sub("", name.casefold())


def _likeness(part: str, label: str) -> int:
    """Return how many letters of a host's label name a part of an outlet's name; 0: it does not.

    One begins as the other does, or the label has some letters of the part, in their order:
    'nytimes' for 'newyorktimes'.
    """
    part, label = part.removeprefix("the"), _letters(label).removeprefix("the")
    if min(len(part), len(label)) < _LEAST or part[0] != label[0]:
        return 0
    if part.startswith(label) or label.startswith(part):
        return min(len(part), len(label))
    letters = iter(part)
    return len(label) - 1 if all(letter in letters for letter in label) else 0


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # 40 ms

    return PublicSuffixList()

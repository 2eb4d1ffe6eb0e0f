"""Urls: which of them are one page? Start reading at `canonical_url`, then `page_of`.

How a reader came to a page is no part of its name: a campaign, a feed, a share, a phone. No list of
such parameters is complete, so that their values count as well: `cmp=rss`, `s=share_button`.
"""

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(  # names of parameters
    r"(?:utm|itm|mtm|pk|mc|at|ns|ga|hs|mkt|vero|wt|oly|traffic)_"
    r"|.*(?:clk?id|igshid|xtor|campaign|referr?er|feed|rss)"
    r"|(?:_ga|ref|cmpid|smid|amp|dicbo|sfnsn|srnd)$",
    re.IGNORECASE,
)
_WAYS_HERE = re.compile(  # values: the way by which a reader came
    r"rss|feed|atom|social|share|sharing|email|newsletter|twitter|facebook|whatsapp|amp|mobile",
    re.IGNORECASE,
)
_ARTICLE = re.compile(  # names of parameters that may name the article, whatever their values
    r"article|story|page|post|item|news|doc|slug|title|name|path|url|^p$|^q$|id$", re.IGNORECASE
)
_LONGEST_WAY = 30  # characters of such a value
_SEPARATORS = re.compile(r"[^A-Za-z]+")
_DEVICE = re.compile(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)")  # of a host
_AMP = re.compile(r"[/.]amp$|\.amp(?=\.html$)")  # of a path
_CACHED = 1 << 14  # urls: those of a batch of articles, which are asked for several times each
_DEFAULT_PORT = re.compile(r":(?:80|443)$")


def canonical_url(url: str) -> str:
    """Return the url without fragment, tracking parameters and last slash, its host in lower case.

    A url that urllib cannot parse is returned as it is.
    """
    parts = _canonical_parts(url)
    return url.strip() if parts is None else urlunsplit(parts)


def url_key(url: str) -> str:
    """Return the canonical url; '' for one that names no page: a fragment, a slash, a host."""
    parts = _canonical_parts(url)
    if parts is None:
        return url.strip()
    return urlunsplit(parts) if parts.path or parts.query else ""


def without_scheme(url: str) -> str:
    """Return a canonical url without 'https://'; a text that is no url as it is."""
    return canonical_url(url).partition("://")[2] if is_url(url) else url


def page_of(url: str) -> str:
    """Return the name of a page: without scheme, 'www.', and the marks of pages for phones.

    A text that is no url is returned as it is.

    >>> page_of("http://m.gazette.example/2026/ferry/amp/?utm_source=rss")
    'gazette.example/2026/ferry'
    """
    if not is_url(url):
        return url
    host, slash, rest = without_scheme(url).partition("/")
    path, mark, query = rest.partition("?")
    return f"{_DEVICE.sub('', host)}{slash}{_AMP.sub('', path)}{mark}{query}".rstrip("/")


@lru_cache(maxsize=_CACHED)
def forms_of(url: str) -> tuple[str, ...]:
    """Return the canonical urls that name the page of a url, in order."""
    page = page_of(url)
    path, mark, query = page.partition("?")
    pages = {page, f"{path}/amp{mark}{query}"}
    hosts = ("", "www.", "m.", "amp.")
    schemes = ("https://", "http://")
    forms = {f"{scheme}{host}{each}" for scheme in schemes for host in hosts for each in pages}
    return tuple(sorted(forms | {canonical_url(url)}))


def preferred(one: str, other: str) -> str:
    """Return the better of two urls of one page, whichever came first: https, and for no phone."""
    return min(one, other, key=lambda url: (not url.startswith("https:"), len(url), url))


def host_of(url: str) -> str:
    """Return the host of a url without 'www.', '' for a text that has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def is_url(text: str) -> bool:
    """Whether an id is the url of a page."""
    return text[:8].lower().startswith(("http://", "https://"))


@lru_cache(maxsize=_CACHED)
def _canonical_parts(url: str) -> SplitResult | None:
    """Return the parts of a canonical url; None if urllib cannot parse it."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    query = [pair for pair in parse_qsl(parts.query, True) if not _is_tracking(*pair)]
    host = _DEFAULT_PORT.sub("", parts.netloc.lower())
    return SplitResult(parts.scheme.lower(), host, parts.path.rstrip("/"), urlencode(query), "")


def _is_tracking(name: str, value: str) -> bool:
    if _TRACKING.match(name):
        return True
    if _ARTICLE.search(name) and name.lower() not in ("cid", "ocid", "s_cid"):
        return False
    words = _SEPARATORS.split(value) if len(value) <= _LONGEST_WAY else []
    return any(map(_WAYS_HERE.fullmatch, words))

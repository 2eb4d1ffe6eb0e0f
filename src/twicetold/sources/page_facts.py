"""What a web page says of itself: JSON-LD, meta tags, microdata.

Start reading at `page_facts`. What a site writes for search engines is better than what can be
guessed from its layout: hours and time zones, the name of the outlet, which url is the page's own.

Source: schema.org/NewsArticle; ogp.me; html.spec.whatwg.org, sections 4.2.5 and 5.2.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urljoin

from ..columns import unpacked
from ..errors import ArticleError
from ..outlet_names import domain_label, domain_of
from ..times import parse_time
from ..urls import host_of, is_url

_ARTICLE_TYPE = re.compile(r"(?:\w*Article|\w*Posting|Report)$")
_FRONT_TYPES = {"CollectionPage", "SearchResultsPage", "ProfilePage", "AboutPage", "ContactPage"}
_FRONT_TYPES |= {"FAQPage", "CheckoutPage"}
_GALLERY_TYPES = {"ImageGallery", "MediaGallery", "VideoGallery", "VideoObject"}
_MOST_NODES = 1_000  # of JSON-LD; pages list what is related to them
_SCRIPT_WRAPPER = re.compile(r"^\s*(?:<!--|<!\[CDATA\[|//<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>|;)\s*$")
_TRAILING_SITE_NAME = re.compile(r"\s[|–—·•»-]{1,9}\s+[^|–—·•»]{1,60}$")
_LONGEST_TITLE = 1_000


class PageFacts(NamedTuple):
    """What a page says of itself; '' where it says nothing."""

    title: str
    outlet: str
    lang: str
    published: str
    updated: str
    url: str
    byline: str
    body: str  # `articleBody` of JSON-LD: the whole text on some pages, a teaser on others
    is_article: bool  # it says that it is one
    not_article: str  # what else it says it is: 'a section front', 'a gallery'


def page_facts(tree: Any, address: str) -> PageFacts:
    """Return what a page says of itself. `address` is the url it was read from; '': unknown."""
    metas, nodes = _metas(tree), list(_nodes(tree))
    article = next((node for node in nodes if _is_article(node)), {})
    types = {name for node in nodes for name in _types(node)}
    url = _url(tree, metas, article, address)
    outlet = _outlet(metas, nodes, article, url)
    is_article = bool(article) or metas.get("og:type") == "article"
    return PageFacts(
        title=_title(tree, metas, article, outlet),
        outlet=outlet,
        lang=_lang(tree, metas, article),
        published=_first_time(
            _text(article.get("datePublished")),
            *_contents(metas, "article:published_time", "datepublished", "parsely-pub-date"),
            *_contents(metas, "date", "dc.date.issued", "dc.date", "dcterms.created", "pubdate"),
            *_contents(metas, "sailthru.date", "cxenseparse:recs:publishtime", "publish-date"),
            _time_in_layout(tree, "datePublished"),
        ),
        updated=_first_time(
            _text(article.get("dateModified")),
            *_contents(metas, "article:modified_time", "og:updated_time", "datemodified"),
            _time_in_layout(tree, "dateModified"),
        ),
        url=url,
        byline=_byline(metas, article),
        body=html.unescape(_text(article.get("articleBody"))),
        is_article=is_article,
        not_article="" if is_article else _not_article(types, metas, url),
    )


def _not_article(types: set[str], metas: Mapping[str, str], url: str) -> str:
    """Return which kind of page other than an article a page says it is; '' if none."""
    kind = metas.get("og:type", "")
    if types & _GALLERY_TYPES or kind.startswith("video"):
        return "a gallery"
    is_root = is_url(url) and not url.partition("://")[2].partition("/")[2].strip("/")
    return "a section front" if types & _FRONT_TYPES or is_root or kind == "profile" else ""


def _metas(tree: Any) -> dict[str, str]:
    """Return the first meta tag of each name, in lower case."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = (meta.get("content") or "").strip()
        if name and content:
            metas.setdefault(name.lower(), content)
    return metas


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON-LD that describe the page, without those that it lists."""
    nodes_left = _MOST_NODES
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        pending = [_parsed(script.text or "")]
        while pending and nodes_left:
            nodes_left -= 1
            node = pending.pop(0)
            if isinstance(node, list):
                pending = [*node[:_MOST_NODES], *pending]
            elif isinstance(node, dict):
                yield node
                pending += [node.get("@graph"), node.get("mainEntity")]


def _parsed(text: str) -> Any:
    """Return the value of a script, which may be wrapped in comments or escaped as HTML."""
    for _ in range(2):
        text = _SCRIPT_WRAPPER.sub("", text)
    for form in (text, html.unescape(text)):
        try:
            return json.loads(form, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _types(node: Mapping[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind]


def _is_article(node: Mapping[str, Any]) -> bool:
    return any(_ARTICLE_TYPE.match(kind) for kind in _types(node)) and "headline" in node


def _title(tree: Any, metas: Mapping[str, str], article: Mapping[str, Any], outlet: str) -> str:
    """Return the headline, from an <h1> if the other claims have only its beginning."""
    headings = [" ".join(each.text_content().split()) for each in tree.iter("h1")]
    claimed = _first(
        html.unescape(_text(article.get("headline"))),
        *_contents(metas, "og:title", "twitter:title", "parsely-title", "headline"),
    )
    title = without_outlet(claimed, outlet)
    start = title.rstrip(". …")
    longer = [
        each for each in headings if len(each) > len(title) and start and each.startswith(start)
    ]
    return " ".join((longer or [title])[0][:_LONGEST_TITLE].split())


def without_outlet(title: str, outlet: str) -> str:
    """Return a title without the name of its outlet at the end: 'Talks resume | The Post'."""
    end = _TRAILING_SITE_NAME.search(title)
    if end and outlet and _letters(outlet) in (_letters(end[0]), _letters(end[0]) + "com"):
        return title[: end.start()].rstrip()
    return title


def _outlet(
    metas: Mapping[str, str], nodes: list[dict[str, Any]], article: Mapping[str, Any], url: str
) -> str:
    """Return the name of the site, if possible one that has the label of its host in it.

    A site may call itself by the name of a section ('U.S.'), or of the company that owns it.
    """
    sites = [_name(node) for node in nodes if "WebSite" in _types(node)]
    names = [metas.get("og:site_name", ""), _name(article.get("publisher")), *sites]
    names = [html.unescape(name) for name in names if name and not is_url(name)]
    host_label = domain_label(host_of(url))
    matching = [name for name in names if host_label and host_label in _letters(name)]
    return _first(*matching, *names, metas.get("application-name", ""))


def _url(tree: Any, metas: Mapping[str, str], article: Mapping[str, Any], address: str) -> str:
    """Return the url that a page gives itself, unless that is on another site."""
    canonical = next(
        (link.get("href") for link in tree.iter("link") if link.get("rel") == "canonical"), ""
    )
    claims = [canonical or "", metas.get("og:url", ""), _name(article.get("mainEntityOfPage"))]
    for claim in [*claims, _text(article.get("url"))]:
        url = _joined(address, claim.strip()) if claim else ""
        if is_url(url) and (not address or domain_of(host_of(url)) == domain_of(host_of(address))):
            return url
    return address


def _lang(tree: Any, metas: Mapping[str, str], article: Mapping[str, Any]) -> str:
    root = tree.getroottree().getroot()
    marked = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    claims = (_name(article.get("inLanguage")), marked)
    return _first(
        *claims, *_contents(metas, "og:locale", "content-language", "language", "dc.language")
    )


def _byline(metas: Mapping[str, str], article: Mapping[str, Any]) -> str:
    authors = article.get("author")
    names = [_name(each) for each in (authors if isinstance(authors, list) else [authors])]
    joined = ", ".join(dict.fromkeys(filter(None, names)))
    return _first(
        joined, *_contents(metas, "author", "article:author", "parsely-author", "dc.creator")
    )


def _time_in_layout(tree: Any, name: str) -> str:
    """Return a time of microdata, or for the publication that of the first <time>."""
    for element in tree.xpath(f"//*[@itemprop='{name}']"):
        if value := element.get("datetime") or element.get("content"):
            return str(value)
    if name != "datePublished":
        return ""
    times = tree.xpath("(//article//time | //header//time | //main//time)[@datetime]/@datetime")
    return str(times[0]) if times else ""


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def _name(value: Any) -> str:
    """Return what an object of JSON-LD stands for: its name, or its @id."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return _text(unpacked(value))


def _contents(metas: Mapping[str, str], *names: str) -> list[str]:
    return [metas.get(name, "") for name in names]


def _first(*texts: str) -> str:
    return next((text.strip() for text in texts if text and text.strip()), "")


def _first_time(*texts: str) -> str:
    """Return the first text that can be read as a time."""
    for text in texts:
        with suppress(ArticleError):
            if text and parse_time(text, "published") is not None:
                return text
    return ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())

"""Web pages of forty sites' shape: is what they say read right, and what does it cost?

    python benchmarks/web_pages.py [ROUNDS]

Articles of the sample corpus are put into 200 pages: five for each of forty sites, which differ in
how they describe an article (JSON-LD, meta tags, microdata, or little), in layout, in encoding, and
in what is around and inside of the text: navigation, consent walls, related links, boxes,
comments, paywalls. The same pages are read by trafilatura alone.
"""

import html
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import trafilatura
from tabulate import tabulate

import twicetold
from twicetold.outlet_names import name_key
from twicetold.records import Defaults
from twicetold.sources.page import Page, article_of_page

CORPUS = Path(__file__).parent.parent / "sample_corpus"
SITES, PAGES_OF_A_SITE = 40, 5
ROUNDS = 5
PLACES = ("Merrow", "Tarn", "Lorne", "Ostrey", "Vale", "Quay", "Brecken", "Hollow")
KINDS = ("Gazette", "Post", "Courier", "Herald", "Observer")
ENCODINGS = ("utf-8", "utf-8", "utf-8", "iso-8859-1", "cp1252")
LINKS = (
    "Ferry fares to rise in spring",
    "Ten walks for a rainy Sunday",
    "Council votes on the new bridge",
    "Why the herring went north",
    "Readers' pictures of the week",
    "Quiz: how well do you know the coast?",
)


class Case(NamedTuple):
    """A page, and what it says."""

    page: Page
    article: twicetold.Article
    outlet: str
    text: str  # that it shows


def main(rounds: int) -> None:
    """Print how many fields are right, the F1 of the words, and the time of a page."""
    cases = make_cases()
    ours = [article_of_page(case.page, Defaults(), str(n), 0) for n, case in enumerate(cases)]
    theirs = [read_by_trafilatura(case.page) for case in cases]
    print(tabulate(shares(cases, ours, theirs), headers="keys", floatfmt=".3f"))
    times = [measure(cases) for _ in range(rounds)]
    print(tabulate(time_rows(times), headers="keys", floatfmt=".2f"))
    for case, item in zip(cases, ours, strict=True):
        if wrong := wrong_fields(case, item):
            print(case.page.address, *wrong)


def make_cases() -> list[Case]:
    """Return the pages, five of each site."""
    articles = [
        item
        for item in twicetold.read_articles(CORPUS)
        if isinstance(item, twicetold.Article) and isinstance(item.published, datetime)
    ]
    articles = [each for each in articles if len(each.body) > 400 and each.lang]
    rng = random.Random(1)
    cases = []
    for site in range(SITES):
        for number in range(PAGES_OF_A_SITE):
            article = articles[(site * PAGES_OF_A_SITE + number) % len(articles)]
            cases.append(make_case(site, number, article, rng))
    return cases


def make_case(site: int, number: int, article: twicetold.Article, rng: random.Random) -> Case:
    """Return a page of a site."""
    outlet = f"The {PLACES[site % len(PLACES)]} {KINDS[site // len(PLACES)]}"
    host = f"www.{name_key(outlet)}.example"
    address = (
        f"https://{host}/2026/{number}/{'-'.join(re.findall('[a-z]+', article.title.lower()))}"
    )
    paragraphs = article.body.split("\n\n")
    is_stub = site % 13 == 7
    shown = paragraphs[:2] if is_stub else paragraphs
    head = describe(site % 8, article, outlet, address)
    body = lay_out(site, article, outlet, shown, rng)
    encoding = ENCODINGS[site % len(ENCODINGS)]
    text = (
        f'<!DOCTYPE html>\n<html lang="{article.lang}"><head><meta charset="{encoding}">'
        f"<title>{html.escape(article.title)} {'|-–'[site % 3]} {outlet}</title>{head}</head>"
        f"<body>{body}</body></html>"
    )
    content = text.encode(encoding, "xmlcharrefreplace")
    return Case(Page(content, address, "text/html"), article, outlet, "\n\n".join(shown))


def describe(style: int, article: twicetold.Article, outlet: str, address: str) -> str:
    """Return what the head of a page says of the article, in one of eight styles."""
    published = article.published
    assert isinstance(published, datetime)
    title, stamp = html.escape(article.title, quote=True), published.isoformat()
    news = {
        **{"@context": "https://schema.org", "@type": "NewsArticle", "headline": article.title},
        **{"datePublished": stamp, "inLanguage": article.lang},
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet},
        "author": [{"@type": "Person", "name": "Ida Lorne"}],
    }
    graph = {
        "@graph": [
            {"@type": "WebSite", "name": outlet},
            {**news, "publisher": {"@id": "#org"}, "headline": article.title[:110]},
            {"@type": "BreadcrumbList", "itemListElement": []},
        ]
    }
    og = (
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        f'<meta property="og:site_name" content="{outlet}">'
        f'<meta property="og:url" content="{address}">'
    )
    script = '<script type="application/ld+json">{}</script>'.format
    canonical = f'<link rel="canonical" href="{address}?utm_source=page">'
    return [
        script(json.dumps(news)) + canonical,
        script(json.dumps(graph)) + og,
        og + f'<meta property="article:published_time" content="{stamp}">',
        og + f'<meta itemprop="datePublished" content="{stamp}">',
        f'<meta name="DC.date.issued" content="{stamp[:10]}">'
        f'<meta name="application-name" content="{outlet}">',
        og + f'<meta name="parsely-pub-date" content="{stamp}">',
        script("<!--\n" + json.dumps(news, indent=1) + "\n-->")
        + script('{"@type": "NewsArticle", broken}'),
        f'<meta property="og:site_name" content="{outlet}"><meta name="description" content="x">',
    ][style]


def lay_out(
    site: int, article: twicetold.Article, outlet: str, shown: Sequence[str], rng: random.Random
) -> str:
    """Return the body of a page, in one of five layouts, with what is around a report."""
    published = article.published
    assert isinstance(published, datetime)
    links = "".join(f'<li><a href="/{n}">{link}</a></li>' for n, link in enumerate(LINKS))
    related = f'<div class="related-links"><h3>Read more</h3><ul>{links}</ul></div>'
    boxes = [
        '<div class="newsletter-signup"><p>Get our newsletter every morning.</p><input></div>',
        '<figure><img src="a.jpg"><figcaption>The harbour on Monday. Photo: Ida Lorne</figcaption>'
        "</figure>",
        related,
        '<div class="ad-slot">Advertisement</div>',
    ]
    parts = [f"<p>{html.escape(each)}</p>" for each in shown]
    for box in rng.sample(boxes, site % 4):
        parts.insert(rng.randrange(1, len(parts) + 1), box)
    if site % 5 == 4:
        parts = ["<br><br>\n".join(html.escape(each) for each in shown)]
    if len(shown) < article.body.count("\n\n") + 1:
        parts.append('<div class="paywall"><p>Subscribe to read on. 1 month for 1 euro.</p></div>')
    stamp = f'<time datetime="{published.isoformat()}">{published:%d %B %Y, %H:%M}</time>'
    heading = f"<h1>{html.escape(article.title)}</h1><p class='byline'>By Ida Lorne {stamp}</p>"
    text = "".join(parts)
    middle = [
        f"<article>{heading}{text}</article>",
        f'<div id="content"><div class="post-body">{heading}{text}</div></div>',
        f'<main><section class="story">{heading}<div class="text">{text}</div></section></main>',
        f'<div class="page"><div class="story__body" itemprop="articleBody">{heading}{text}</div>'
        "</div>",
        f'<table><tr><td width="200"><ul>{links}</ul></td><td>{heading}<div>{text}</div></td></tr>'
        "</table>",
    ][site % 5]
    consent = (
        '<div id="cookie-banner" class="consent-wall" role="dialog"><p>We value your privacy. We'
        " and our 812 partners store and access information on a device.</p>"
        "<button>Accept</button></div>"
    )
    comments = (
        '<section id="comments"><h2>2 comments</h2><p>First!</p><p>I saw it, too.</p></section>'
    )
    return (
        f"<header><nav><ul>{links}</ul></nav></header>"
        f"{consent if site % 3 == 0 else ''}{middle}{comments if site % 4 == 1 else ''}"
        f"<aside>{related}</aside><footer><p>© 2026 {outlet}. All rights reserved.</p></footer>"
    )


class Guess(NamedTuple):
    """What trafilatura reads."""

    title: str
    outlet: str
    lang: str
    published: str
    body: str


def read_by_trafilatura(page: Page) -> Guess:
    """Return what trafilatura alone reads in a page."""
    document: Any = trafilatura.bare_extraction(
        page.content, url=page.address, with_metadata=True, include_comments=False
    )
    if document is None:
        return Guess("", "", "", "", "")
    values = (document.title, document.sitename, document.language, document.date, document.text)
    return Guess(*(value or "" for value in values))


def shares(
    cases: Sequence[Case], ours: Sequence[object], theirs: Sequence[Guess]
) -> list[dict[str, object]]:
    """Return a row for each reader: the share of fields that are right, and the mean F1."""
    rows: list[dict[str, object]] = []
    for name, answers in (("twicetold", ours), ("trafilatura", theirs)):
        wrong = Counter(
            field
            for case, item in zip(cases, answers, strict=True)
            for field in wrong_fields(case, item)
        )
        f1 = [
            words_f1(case.text, getattr(item, "body", ""))
            for case, item in zip(cases, answers, strict=True)
        ]
        right = {f: 1 - wrong[f] / len(cases) for f in ("headline", "day", "outlet", "language")}
        rows.append({"reader": name, **right, "F1": statistics.mean(f1), "least F1": min(f1)})
    return rows


def wrong_fields(case: Case, item: object) -> list[str]:
    """Return which fields of an answer are wrong."""
    title = " ".join(str(getattr(item, "title", "")).split())
    day = str(getattr(item, "published", ""))[:10]
    outlet = str(getattr(item, "outlet", ""))
    checks = {
        "headline": title == case.article.title,
        "day": day == str(case.article.published)[:10],
        "outlet": name_key(outlet) == name_key(case.outlet),
        "language": getattr(item, "lang", "") == case.article.lang,
    }
    return [field for field, is_right in checks.items() if not is_right]


def words_f1(truth: str, answer: str) -> float:
    """Return the F1 of the words of a text, with their numbers."""
    one, other = (Counter(re.findall(r"\w+", text)) for text in (truth, answer))
    return 2 * (one & other).total() / (one.total() + other.total() or 1)


def measure(cases: Sequence[Case]) -> dict[str, float]:
    """Return milliseconds of a page for each reader, in turns."""
    readers: dict[str, Callable[[Page], object]] = {
        "trafilatura": read_by_trafilatura,
        "twicetold": lambda page: article_of_page(page, Defaults(), "", 0),
    }
    spent = dict.fromkeys(readers, 0.0)
    for case in cases:
        for name, reader in readers.items():
            start = time.process_time()
            reader(case.page)
            spent[name] += time.process_time() - start
    return {name: 1000 * seconds / len(cases) for name, seconds in spent.items()}


def time_rows(times: Sequence[dict[str, float]]) -> list[dict[str, object]]:
    """Return a row with the median time of each reader, and the ratio of the two."""
    medians = {name: statistics.median(each[name] for each in times) for name in times[0]}
    ratio = statistics.median(each["twicetold"] / each["trafilatura"] for each in times)
    return [{**{f"{name}, ms": value for name, value in medians.items()}, "ratio": ratio}]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)

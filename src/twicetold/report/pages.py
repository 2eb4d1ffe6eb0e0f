"""The pages of a report: records to HTML by templates that escape all text.

A page needs no other file and no script to be read; the search page alone has one. What may run and
load is said by a Content-Security-Policy with the hashes of our own style and script. Start reading
at `Pages`.
"""

import base64
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from ..queries.story_content import text_source
from .charts import heat_map, timeline
from .formats import as_json, count, minute
from .page_parts import is_link, linked_data, reports_by_text
from .statistics_charts import charts

if TYPE_CHECKING:
    from jinja2 import Environment

    from ..index.story_views import Report, StoryRow
    from ..queries.diff import Diff, DiffPiece
    from ..queries.statistics import Statistics
    from ..queries.story import FullStory

_TEMPLATES = files("twicetold") / "report" / "templates"
_MOST_STATEMENTS = 40  # on a page, of several outlets
_MOST_ALONE = 8  # of one outlet


class SiteStory(NamedTuple):
    """A story of the report."""

    story: "StoryRow"
    reports: "list[Report]"

    @property
    def page(self) -> str:
        """The name of its page."""
        return page_name(self.story.story)


class Site(NamedTuple):
    """What all pages need to know."""

    title: str
    version: str  # of twicetold
    stories: list[SiteStory]  # the most widely reported first
    outlets: list[str]
    langs: list[str]
    articles: str  # '153 reports'

    @classmethod
    def of(cls, title: str, version: str, stories: list[SiteStory]) -> "Site":
        """Return the site of some stories."""
        reports = [report for story in stories for report in story.reports]
        outlets = sorted({report.outlet for report in reports}, key=str.casefold)
        langs = sorted({report.lang for report in reports})
        return cls(title, version, stories, outlets, langs, count(len(reports), "report"))

    def story_page(self, number: int) -> str:
        """Return the name of a story's page."""
        return page_name(number)

    def outlet_page(self, name: str) -> str:
        """Return the name of an outlet's page."""
        return f"outlet-{_slug(name)}.html"

    def day_page(self, day: str) -> str:
        """Return the name of a day's page."""
        return f"day-{day}.html"

    def lang_page(self, lang: str) -> str:
        """Return the name of a language's page."""
        return f"language-{lang or 'unknown'}.html"


class Pages:
    """Renders the pages of a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._style = (_TEMPLATES / "style.css").read_text("utf-8")
        self._script = (_TEMPLATES / "search.js").read_text("utf-8")
        self._style_hash = _policy_hash(self._style)
        self._numbers = {each.story.story for each in site.stories}

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything but the story that a story page is made from."""
        texts = [path.read_text("utf-8") for path in sorted(_TEMPLATES.iterdir(), key=str)]
        known = [self.site.title, self.site.version, self.site.outlets, self.site.articles, texts]
        return fingerprint(known)

    def story(self, full: "FullStory") -> str:
        """Return the page of a story."""
        row, reports = full.story, full.reports
        place = {report.article: number for number, report in enumerate(reports)}
        values = {(place[link.a], place[link.b]): link.probability for link in full.links}
        alone: dict[str, list[Any]] = defaultdict(list)
        for each in full.statements:
            if each.only_here and len(alone[each.outlets[0]]) < _MOST_ALONE:
                alone[each.outlets[0]].append(each)
        agreed = [each for each in full.statements if len(each.outlets) > 1]
        return self._render(
            "story.html",
            row.title,
            lang=_main_lang(reports),
            full=full,
            story=row,
            times={report.article: report.published for report in reports},
            timeline=timeline([(report.outlet, report.published) for report in reports]),
            texts=reports_by_text(full),
            heat_map=heat_map([report.outlet for report in reports], values),
            agreed=agreed[:_MOST_STATEMENTS],
            alone=list(alone.items()),
            numbers=self._numbers,
            linked_data=linked_data(full),
        )

    def pair(self, diff: "Diff", number: int) -> str:
        """Return two articles side by side."""
        shared = sum(part.a_words for part in diff.parts if part.kind == "shared")
        sides = [
            (diff.a, diff.words_a, _lines(diff.pieces_a)),
            (diff.b, diff.words_b, _lines(diff.pieces_b)),
        ]
        heading = f"{diff.a.outlet} and {diff.b.outlet}, side by side"
        return self._render("pair.html", heading, shared=shared, sides=sides, number=number)

    def lists(self) -> Iterator[tuple[str, str]]:
        """Yield name and text of each page that lists stories."""
        site, by_day = self.site, defaultdict(list)
        for each in site.stories:
            by_day[each.story.first_published[:10]].append(each)
        days = sorted(by_day, reverse=True)
        sections = [(day, _by_rank(by_day[day])) for day in days]
        yield "index.html", self._render("front.html", site.title, days=days, sections=sections)
        for day, rows in sections:
            text = self._render("front.html", day, days=[], sections=[(day, rows)])
            yield site.day_page(day), text
        for lang in site.langs:
            rows = [each for each in site.stories if any(r.lang == lang for r in each.reports)]
            heading = f"In the language {lang}" if lang else "In an unknown language"
            text = self._render("front.html", heading, days=[], sections=[("", _by_rank(rows))])
            yield site.lang_page(lang), text
        for outlet in site.outlets:
            yield site.outlet_page(outlet), self._outlet(outlet)
        yield (
            "search.html",
            self._render(
                "search.html",
                "Search",
                rows=_by_rank(site.stories),
                script=self._script,
                script_hash=f"'{_policy_hash(self._script)}'",
            ),
        )

    def numbers(self, numbers: "Statistics") -> str:
        """Return the charts of the index."""
        return self._render("numbers.html", "In numbers", charts=charts(numbers))

    def about(self, facts: Sequence[tuple[str, object]]) -> str:
        """Return how to read the report, with the settings of the index."""
        return self._render("about.html", "How to read this", facts=facts)

    def _outlet(self, outlet: str) -> str:
        rows = [each for each in self.site.stories if any(r.outlet == outlet for r in each.reports)]
        taken, given, shared, first = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        articles = copied = 0
        for each in rows:
            names = {report.article: report.outlet for report in each.reports}
            for report in each.reports:
                source = text_source(report, names)
                articles += report.outlet == outlet
                if source and report.outlet == outlet:
                    copied += 1
                    taken[source] += 1
                elif source == outlet:
                    given[report.outlet] += 1
            for other in dict.fromkeys(r.outlet for r in each.reports if r.outlet != outlet):
                shared[other] += 1
                order = [r.outlet for r in each.reports if r.outlet in (outlet, other)]
                first[other] += order[0] == outlet
        return self._render(
            "outlet.html",
            outlet,
            rows=_by_rank(rows),
            articles=articles,
            copied=copied,
            own=articles - copied,
            taken=taken.most_common(),
            given=given.most_common(),
            shared=[(name, number, first[name]) for name, number in shared.most_common()],
        )

    def _render(self, template: str, heading: str, **values: Any) -> str:
        return self._templates.get_template(template).render(
            heading=heading,
            site=self.site,
            style=self._style,
            style_hash=self._style_hash,
            **values,
        )

    @cached_property
    def _templates(self) -> "Environment":
        from jinja2 import Environment, PackageLoader, StrictUndefined

        templates = Environment(
            loader=PackageLoader("twicetold", "report/templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        templates.filters |= {"count_of": count, "minute": minute, "is_link": is_link}
        templates.globals |= {"script_hash": "", "lang": ""}
        return templates


def page_name(story: int) -> str:
    """Return the name of a story's page."""
    return f"story-{story}.html"


def fingerprint(values: object) -> str:
    """Return a hash of records, to tell whether they changed."""
    text = json.dumps(as_json(values), ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _policy_hash(text: str) -> str:
    """Return how a Content-Security-Policy names a style or a script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _by_rank(rows: Sequence[SiteStory]) -> list[SiteStory]:
    return sorted(rows, key=lambda each: (-each.story.independent, -each.story.outlets))


def _lines(pieces: "Sequence[DiffPiece]") -> "list[list[DiffPiece]]":
    return [list(line) for _, line in groupby(pieces, key=lambda piece: piece.line)]


def _main_lang(reports: "Sequence[Report]") -> str:
    lang = Counter(report.lang for report in reports).most_common(1)[0][0]
    return lang if re.fullmatch("[a-z]{2,3}", lang) else ""


def _slug(name: str) -> str:
    """Return a name as a part of a file name; a hash tells names apart that look the same."""
    digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=3).hexdigest()
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    return f"{plain}-{digest}" if plain else digest

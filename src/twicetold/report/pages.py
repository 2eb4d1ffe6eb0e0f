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
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .charts import heat_map, timeline
from .content_cards import subject_of
from .formats import NO_TITLE, as_json, count
from .outlet_facts import all_facts
from .page_names import PageNames
from .page_parts import copies_with_source, is_link, linked_data, reports_by_text
from .safe_text import printable, printable_values
from .site_feed import copied_feed
from .site_plan import Site, SiteStory
from .statistics_charts import charts
from .tables import minute

if TYPE_CHECKING:
    from jinja2 import Environment

    from ..index.story_views import Report
    from ..queries.diff import Diff, DiffPiece
    from ..queries.full_article import FullArticle
    from ..queries.statistics import Statistics
    from ..queries.story import FullStory

_TEMPLATES = files("twicetold") / "report" / "templates"
_MOST_STATEMENTS = 40  # on a page, of several outlets
_MOST_ALONE = 8  # of one outlet
_MOST_MISSING = 25  # outlets that do not report a story


class Renderer:
    """Renders pages of a story, of an article, of two articles, and charts."""

    def __init__(self, site: PageNames) -> None:
        self.site = site
        self._style = (_TEMPLATES / "style.css").read_text("utf-8")
        self._style_hash = _policy_hash(self._style)

    def story(self, full: "FullStory", missing: Mapping[str, Sequence[str]]) -> str:
        """Return the page of a story; `missing` are outlets and groups that do not report it."""
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
            row.title or NO_TITLE,
            lang=_main_lang(reports),
            full=full,
            story=row,
            reports={report.article: report for report in reports},
            missing=missing,
            most_missing=_MOST_MISSING,
            timeline=timeline(
                [(report.outlet, report.published) for report in reports],
                [(place[b], place[a]) for a, b in copies_with_source(reports).items()],
            ),
            texts=reports_by_text(full, self.site),
            heat_map=heat_map([report.outlet for report in reports], values),
            dated=[report for report in reports if not report.undated],
            agreed=agreed[:_MOST_STATEMENTS],
            alone=list(alone.items()),
            linked_data=linked_data(full),
        )

    def pair(self, diff: "Diff", number: int | None) -> str:
        """Return two articles side by side; `number` is that of the story of both, if of one."""
        shared = sum(part.a_words for part in diff.parts if part.kind == "shared")
        sides = [
            (diff.a, diff.words_a, _lines(diff.pieces_a)),
            (diff.b, diff.words_b, _lines(diff.pieces_b)),
        ]
        heading = f"{diff.a.outlet} and {diff.b.outlet}, side by side"
        return self._render("pair.html", heading, shared=shared, sides=sides, number=number)

    def article(self, full: "FullArticle") -> str:
        """Return the page of an article."""
        shown = printable_values(full._replace(body=""))  # line ends are none of a line
        lines = [printable(line) for line in full.body.splitlines() if line.strip()]
        return self._render(
            "article.html",
            shown.article.title or NO_TITLE,
            lang=_html_lang(full.article.lang),
            full=shown,
            article=shown.article,
            lines=lines,
        )

    def numbers(self, numbers: "Statistics") -> str:
        """Return the charts of the index."""
        return self._render("numbers.html", "In numbers", charts=charts(numbers))

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
        templates.filters |= {
            "count_of": count,
            "minute": lambda time: minute(time).strip(),
            "is_link": is_link,
            "subject_of": subject_of,
        }
        templates.globals |= {"script_hash": "", "lang": "", "no_title": NO_TITLE}
        return templates


class Pages(Renderer):
    """Renders all pages of a report."""

    site: Site

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._script = (_TEMPLATES / "search.js").read_text("utf-8")

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything but the story that a story page is made from."""
        site = self.site
        texts = [path.read_text("utf-8") for path in sorted(_TEMPLATES.iterdir(), key=str)]
        return fingerprint(
            [site.title, site.version, site.outlets, site.langs, site.articles, texts]
        )

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
        for outlet, facts in all_facts(site.stories, site.outlets).items():
            feed = site.outlet_feed(outlet)
            yield (
                site.outlet_page(outlet),
                self._render("outlet.html", outlet, facts=facts, feed=feed),
            )
            yield feed, copied_feed(outlet, feed, facts.taken)
        yield (
            "search.html",
            self._render(
                "search.html",
                "Search",
                rows=_by_rank(site.stories),
                days=days,
                script=self._script,
                script_hash=f"'{_policy_hash(self._script)}'",
            ),
        )

    def about(self, facts: Sequence[tuple[str, object]]) -> str:
        """Return how to read the report, with the settings of the index."""
        return self._render("about.html", "How to read this", facts=facts)


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
    return _html_lang(Counter(report.lang for report in reports).most_common(1)[0][0])


def _html_lang(lang: str) -> str:
    return lang if re.fullmatch("[a-z]{2,3}", lang) else ""

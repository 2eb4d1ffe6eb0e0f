"""One story: its reports and what they say. Start reading at `story`."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..content.agreement import Agreement, agree_on
from ..content.contradictions import Contradiction, find_contradictions
from ..content.digest import Paragraph, write_digest
from ..content.key_points import KeyPoint, find_key_points
from ..content.nearest import Nearest, nearest_reports
from ..content.quotes import Quote, find_quotes
from ..content.reading import ReadStory
from ..index import Index, in_snapshot, links, story_views
from ..index.links import StoryLink
from ..index.story_views import OtherStory, Report, StoryRow
from ..notebook import html_heading, html_list, html_table
from .story_content import CopiedText, copied_texts, credited_from, read_content


class Story(NamedTuple):
    """A story with its reports, what they say, and its thread of other stories."""

    story: StoryRow
    reports: list[Report]  # in time order
    thread: list[OtherStory]  # in time order
    credited_from: str  # whose text most others carry: an outlet or an agency; '': no one's
    key_points: list[KeyPoint]  # up to five, in reading order; `article` is an id
    digest: list[Paragraph]  # the key points as two to four paragraphs
    contradictions: list[Contradiction]  # facts that reports give differently

    def _repr_html_(self) -> str:
        return _as_html(self)


class FullStory(NamedTuple):
    """A story with all that its reports say, statement by statement."""

    story: StoryRow
    reports: list[Report]
    thread: list[OtherStory]
    credited_from: str
    key_points: list[KeyPoint]
    digest: list[Paragraph]
    contradictions: list[Contradiction]
    statements: list[Agreement]  # the most widely reported first
    quotes: list[Quote]  # the most widely reported first
    copied: list[CopiedText]  # which text each copy took over
    links: list[StoryLink]  # the most probable first
    nearest: list[Nearest]  # of each report that is no copy, why it belongs to the story

    def _repr_html_(self) -> str:
        return _as_html(self)


@in_snapshot
def story(index: Index, story: int) -> Story:
    """Return one story: its reports, what they say in short, and its thread.

    A story that was merged is followed into the other. Raises NotFoundError.
    """
    number = index.story_id(story)
    return _story(index, number, *read_content(index, number))


@in_snapshot
def full_story(index: Index, story: int) -> FullStory:
    """Return one story with its statements, quotations and copied passages.

    A story that was merged is followed into the other. Raises NotFoundError.
    """
    number = index.story_id(story)
    content, ids = read_content(index, number)
    short = _story(index, number, content, ids)
    inside = links.inside_story(index.connection, number)
    row_of = {id: row for row, id in enumerate(ids)}
    pairs = [(row_of[link.a], row_of[link.b], link.probability) for link in inside]
    return FullStory(
        *short,
        statements=_with_ids(agree_on(content), ids),
        quotes=[
            quote._replace(versions=_with_ids(quote.versions, ids))
            for quote in find_quotes(content)
        ],
        copied=copied_texts(short.reports, dict(zip(ids, content.reports.bodies, strict=True))),
        links=inside,
        nearest=[
            each._replace(article=ids[each.article], other=ids[each.other])
            for each in nearest_reports(content, pairs)
        ],
    )


def _story(index: Index, number: int, content: ReadStory, ids: Sequence[int]) -> Story:
    db = index.connection
    reports = story_views.reports(db, number)
    differences = find_contradictions(content)
    points = find_key_points(content, differences=differences)
    return Story(
        story_views.story_row(db, number),
        reports,
        story_views.thread(db, number),
        credited_from(reports),
        _with_ids(points, ids),
        write_digest(points),
        [each._replace(claims=_with_ids(each.claims, ids)) for each in differences],
    )


def _as_html(shown: Story | FullStory) -> str:
    """Return a story for a notebook: its key points, and its reports with whose text they have."""
    row = shown.story
    remark = f"story {row.story}, {row.articles} reports of {row.outlets} outlets"
    remark += f", {row.independent} independent; {row.languages}; from {row.first_published}"
    points = [(point.text, ", ".join(point.outlets)) for point in shown.key_points]
    sources = {report.article: report.outlet for report in shown.reports}
    reports = [
        (
            report.published,
            report.outlet,
            report.lang,
            report.agency or sources.get(report.copy_of or 0),
            report.share_of_copy,
            report.title,
        )
        for report in shown.reports
    ]
    columns = ("published", "outlet", "lang", "text of", "share", "title")
    return html_heading(row.title, remark) + html_list(points) + html_table(columns, reports)


def _with_ids(records: Sequence[Any], ids: Sequence[int]) -> list[Any]:
    """Return records whose `article` is a row of the reports with the ids of these."""
    return [record._replace(article=ids[record.article]) for record in records]

"""What holds a story together: its weakest link, and how firmly each report belongs to it."""

from typing import NamedTuple

import numpy as np

from ..clustering.cohesion import compared_reports
from ..index import Index, in_snapshot, links, stories
from ..index.links import StoryLink
from ..pairs import components


class ReportCohesion(NamedTuple):
    """How firmly a report belongs to its story."""

    article: int  # its id
    outlet: str
    nearest: int | None  # the report to which it has its most probable link
    probability: float  # of that link
    mean: float  # over the other reports that it was compared with, those without a link as 0
    without: float | None  # cohesion of the others without it; None: fewer than two
    title: str


class Cohesion(NamedTuple):
    """What holds a story together."""

    story: int  # its number
    title: str
    cohesion: float | None  # mean probability over its pairs of reports; None: a single report
    weakest: list[int]  # the two reports of the weakest link that the story needs; []: one report
    probability: float | None  # of that link
    parts: list[list[int]]  # the reports on either side of it
    reports: list[ReportCohesion]  # those that belong least firmly first


@in_snapshot
def cohesion(index: Index, story: int) -> Cohesion:
    """Return what holds a story together, and which report fits least. Raises NotFoundError."""
    story = index.story_id(story)
    title, mean = stories.title_and_cohesion(index.connection, story)
    reports = stories.reports_of(index.connection, story)
    story_links = links.inside_story(index.connection, story)
    ids = [report[0] for report in reports]
    tree = _spanning_tree(ids, story_links)
    weakest, probability = (list(tree[-1][:2]), tree[-1][2]) if tree else ([], None)
    parts = _parts(ids, tree[:-1]) if tree else []
    firmness = _report_cohesion(reports, story_links)
    return Cohesion(story, title, mean, weakest, probability, parts, firmness)


def _report_cohesion(
    reports: list[tuple[int, str, str]], links: list[StoryLink]
) -> list[ReportCohesion]:
    links_of: dict[int, list[tuple[float, int]]] = {report[0]: [] for report in reports}
    for a, b, probability in links:
        links_of[a].append((probability, b))
        links_of[b].append((probability, a))
    others = _compared_reports([report[0] for report in reports], links)
    total, pairs = sum(link[2] for link in links), sum(others) // 2
    rows = []
    for (id, outlet, title), compared in zip(reports, others, strict=True):
        probability, nearest = max(links_of[id], default=(0.0, None))
        sum_of_report = sum(probability for probability, _ in links_of[id])
        mean = round(sum_of_report / compared, 6) if compared else 1.0
        rest = pairs - compared
        without = round((total - sum_of_report) / rest, 6) if rest else None
        rows.append(ReportCohesion(id, outlet, nearest, probability, mean, without, title))
    return sorted(rows, key=lambda row: (row.mean, row.article))


def _compared_reports(ids: list[int], links: list[StoryLink]) -> list[int]:
    """Return with how many others each report was compared."""
    row = {id: place for place, id in enumerate(ids)}
    a, b = np.array([(row[a], row[b]) for a, b, _ in links], np.int64).reshape(-1, 2).T
    probability = np.array([each for _, _, each in links])
    story = np.zeros(len(ids), np.int64)
    compared: list[int] = compared_reports(story, a, b, probability).tolist()
    return compared


def _spanning_tree(articles: list[int], links: list[StoryLink]) -> list[StoryLink]:
    """Return the links that connect the articles, the most probable first, as `links` are.

    Source: Kruskal 1956, On the shortest spanning subtree of a graph.
    """
    group = {id: id for id in articles}
    tree = []
    for link in links:
        old, new = group[link.a], group[link.b]
        if old != new:
            group = {id: new if own == old else own for id, own in group.items()}
            tree.append(link)
    return tree


def _parts(articles: list[int], links: list[StoryLink]) -> list[list[int]]:
    """Return the connected parts, the largest first."""
    row = {id: place for place, id in enumerate(articles)}
    a = np.array([row[link[0]] for link in links], np.int64)
    b = np.array([row[link[1]] for link in links], np.int64)
    parts: dict[int, list[int]] = {}
    for id, label in zip(articles, components(len(articles), a, b).tolist(), strict=True):
        parts.setdefault(label, []).append(id)
    return sorted(parts.values(), key=lambda part: (-len(part), part))

"""Copy groups and stories, with the columns that the index has. Start reading at `describe`."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..article import Rejection, excerpt
from ..clustering.cohesion import mean_probabilities, stored, weakest_links
from ..clustering.copy_links import tie_groups
from ..clustering.outline import ReportFacts, outline
from ..copies.origins import Reprint, find_origin
from ..pairs import components
from .changes import Opened, Touched, articles_of, only_with, open_articles
from .columns import (
    ASSIGNMENT,
    COPY_GROUP,
    LABEL,
    LINK,
    PRIOR,
    REJECTION,
    STEM,
    STORY,
    TRAIT,
    VERSION,
    batch,
    names,
    numbers,
)
from .components import connected
from .decisions import Decided
from .earlier_tables import Earlier
from .new_articles import NewArticles
from .outlets import agency_frame
from .replaying import Replayed
from .row_links import links_inside, row_links_of
from .scoring import Scores
from .store import Store, each_group, in_bins, with_nulls

_TASK = 20_000  # articles of a task
_SHOWN = 20  # rejections
# a report of a story, or a link between two of its reports: `id` and `other`
_FACT = (
    "story_id long, id long, title string, headline string, lang string, published string,"
    " changed string, outlet string, is_copy boolean, other long, probability double"
)


class Findings(NamedTuple):
    """What all stages found."""

    new: NewArticles
    articles: DataFrame  # that were signed
    touched: Touched
    surplus: DataFrame  # of crowds
    links: DataFrame
    scores: Scores  # of the days that were scored; the priors of all days
    replayed: Replayed
    decided: Decided


def describe(earlier: Earlier, findings: Findings) -> Opened:
    """Save everything that is to be written, beside the tables of earlier days.

    Returns the articles whose story and copy group were found again.
    """
    store = earlier.store
    links = store.save("work/links", LINK, findings.links)
    store.save("work/traits", TRAIT, findings.scores.traits)
    store.save("work/stems", STEM, findings.scores.stems)
    store.save("work/priors", PRIOR, findings.scores.priors)
    again = findings.touched.ids
    if again is not None:
        again = again.union(findings.replayed.articles.select("id")).distinct()
    grouped, tied = group_copies(store, links, again)
    opened = open_articles(earlier, findings.articles, again, tied, findings.surplus)
    assigned = assign(store, opened.ids, findings.surplus, findings.replayed.stories, grouped)
    groups = describe_groups(earlier, findings, grouped, opened)
    describe_stories(earlier, findings, assigned, groups, opened)
    versions = earlier.whole("versions").unionByName(findings.new.versions)
    store.save("work/versions", VERSION, versions)
    _save_rejections(earlier, findings.new.rejected, findings.decided)
    return opened


def _save_rejections(earlier: Earlier, records: DataFrame, decided: Decided) -> None:
    """Save the rejected records and decisions; one that comes again is saved once."""
    store = earlier.store
    decisions = [
        ("decisions", "decision", reason, excerpt(each.note)) for each, reason in decided.rejected
    ]
    rejected = records.unionByName(store.session.createDataFrame(decisions, REJECTION))
    new = store.save("work/new_rejections", REJECTION, rejected)
    before = earlier.whole("rejections")
    not_yet = new.join(before, names(REJECTION), "left_anti")
    store.save("work/rejections", REJECTION, before.unionByName(not_yet))


def first_rejections(store: Store) -> list[Rejection]:
    """Return the first of what this run rejected, in the order of their sources and fields."""
    new = store.load("work/new_rejections").orderBy(*names(REJECTION)).limit(_SHOWN)
    return [
        Rejection(row["source"], 0, row["field"], row["reason"], row["excerpt"])
        for row in new.collect()
    ]


def assign(
    store: Store, ids: DataFrame, surplus: DataFrame, stories: DataFrame, grouped: DataFrame
) -> DataFrame:
    """Save the story and the copy group of each of some articles."""
    first = surplus.select(F.col("article_id").alias("id"), "first_id")
    # a surplus article of a crowd is in the story of the first one
    placed = ids.join(first, "id", "left").withColumn("first", F.coalesce("first_id", "id"))
    story_of = stories.select(F.col("id").alias("first"), F.col("story_id").alias("shared"))
    placed = placed.join(story_of, "first", "left")
    group_of = grouped.select("id", F.col("label").alias("copy_group_id"))
    placed = placed.withColumn("story_id", F.coalesce("shared", "first"))
    return store.save("work/assigned", ASSIGNMENT, placed.join(group_of, "id", "left"))


def group_copies(
    store: Store, links: DataFrame, again: DataFrame | None
) -> tuple[DataFrame, DataFrame]:
    """Return the copy group of each article that is in one, named by its first article.

    Only what copies tie to one of the articles `again` is grouped; all of it is returned, too.
    """
    copies = links.where("kind = 'copy'").select("a", "b")
    label = only_with(connected(store, copies, "copied"), "label", again)
    label = store.save("work/tied", LABEL, label)
    inside = links_inside(links.where("probability > 0"), label, "label")
    columns = ["label", "a", "b", "kind", "probability", "a_in_b", "b_in_a"]
    placed = in_bins(inside.select(*columns), "label", 4 * store.cores)
    grouped = each_group(placed, "bin", _groups, LABEL)
    return store.save("work/grouped", LABEL, grouped), label


def describe_groups(
    earlier: Earlier, findings: Findings, grouped: DataFrame, opened: Opened
) -> DataFrame:
    """Save the copy groups with their origins; return those of the articles that were opened."""
    store = earlier.store
    articles = articles_of(earlier, findings.articles, grouped.select("id"))
    agencies = agency_frame(store.session, findings.new.outlets)
    facts = articles.select("id", "outlet", "credit").join(grouped, "id")
    named = facts.join(F.broadcast(agencies), "outlet", "left")
    agency = F.coalesce("agency", F.lit("")).alias("agency")
    columns = named.select("label", "id", "outlet", agency, "credit")
    parts = in_bins(columns, "label", 4 * store.cores)
    described = each_group(parts, "bin", _origins, COPY_GROUP)
    described = store.save("work/new_copy_groups", COPY_GROUP, described)
    gone = opened.before.select(F.col("copy_group_id").alias("id"))
    others = earlier.whole("copy_groups").join(gone, "id", "left_anti")
    store.save("work/copy_groups", COPY_GROUP, others.unionByName(described))
    return described


def describe_stories(
    earlier: Earlier, findings: Findings, assigned: DataFrame, groups: DataFrame, opened: Opened
) -> None:
    """Save the stories, those of articles that were not opened as they were."""
    store = earlier.store
    articles = articles_of(earlier, findings.articles, opened.ids).drop("body", "minhash")
    articles = articles.join(assigned, "id")
    traits = earlier.all_days("traits").join(store.load("work/traits"), "id", "left_anti")
    traits = traits.unionByName(store.load("work/traits"))
    origins = groups.select(F.col("id").alias("copy_group_id"), "origin_article_id")
    changed = F.greatest("time", F.coalesce("updated", F.lit("")))
    is_copy = F.coalesce(F.col("origin_article_id") != F.col("id"), F.lit(False))
    bins = max(4 * store.cores, -(-assigned.count() // _TASK))
    facts = (
        articles.join(origins, "copy_group_id", "left")
        .join(traits.select("id", "headline"), "id", "left")
        .withColumns({"published": F.col("time"), "changed": changed, "is_copy": is_copy})
    )
    story_of, links = assigned.select("id", "story_id"), store.load("work/links")
    linked = links_inside(links.where("probability > 0"), story_of, "story_id")
    inside = linked.withColumnsRenamed({"a": "id", "b": "other"})
    both = with_nulls(facts, _FACT).unionByName(with_nulls(inside, _FACT))
    parts = in_bins(both, "story_id", bins)
    described = each_group(parts, "bin", _stories, STORY)
    gone = opened.before.select(F.col("story_id").alias("id"))
    others = earlier.whole("stories").join(gone, "id", "left_anti")
    store.save("work/stories", STORY, others.unionByName(described))


def _groups(table: pa.Table) -> pa.Table:
    """Return the copy groups among the linked articles of a bin."""
    table = table.sort_by([("a", "ascending"), ("b", "ascending")])
    ids = np.union1d(table["a"].to_numpy(), table["b"].to_numpy())
    links = row_links_of(table, ids)
    tying = tie_groups(links)
    labels = components(len(ids), links.a[tying], links.b[tying])
    grouped = np.flatnonzero(np.bincount(labels, minlength=len(ids))[labels] > 1)
    columns = {"id": ids[grouped], "label": ids[labels[grouped]]}
    return pa.Table.from_batches([batch(LABEL, columns)])


def _origins(table: pa.Table) -> pa.Table:
    """Return the copy groups of a bin."""
    members: dict[int, list[Reprint]] = {}
    for row in (
        table.sort_by("id").select(["label", "id", "outlet", "agency", "credit"]).to_pylist()
    ):
        members.setdefault(row.pop("label"), []).append(Reprint(*row.values()))
    rows = [(group, len(each), *find_origin(each)) for group, each in members.items()]
    groups, sizes, origins, by_credit, agencies = zip(*rows, strict=True)
    columns = {
        "id": groups,
        "origin_article_id": origins,
        "articles": sizes,
        "by_credit": by_credit,
        "agency": agencies,
    }
    return pa.Table.from_batches([batch(COPY_GROUP, columns)])


def _stories(table: pa.Table) -> pa.Table:
    """Return the stories of a bin; rows with `other` are links inside of one."""
    is_report = table["other"].is_null()
    reports = table.filter(is_report).sort_by("id")
    ties = table.filter(pa.compute.invert(is_report))
    ids = reports["id"].to_numpy()
    stories, place = np.unique(reports["story_id"].to_numpy(), return_inverse=True)
    rows = (np.searchsorted(ids, ties[name].to_numpy()) for name in ("id", "other"))
    linked = (place, *rows, numbers(ties["probability"]))
    cohesion, weakest = mean_probabilities(*linked), weakest_links(*linked)
    members: list[list[ReportFacts]] = [[] for _ in stories]
    headline = dict(zip(ids.tolist(), reports["headline"].to_pylist(), strict=True))
    columns = ("id", "title", "lang", "published", "changed", "outlet", "is_copy")
    facts = zip(*(reports[name].to_pylist() for name in columns), strict=True)
    for story, report in zip(place.tolist(), facts, strict=True):
        members[story].append(ReportFacts(*report))
    outlines = [outline(each)._asdict() for each in members]
    for each in outlines:
        each["title"] = headline[each["lead_article_id"]] or each["title"]
    values = {name: [each[name] for each in outlines] for name in outlines[0]}
    measures = {"cohesion": stored(cohesion), "weakest_link": stored(weakest)}
    return pa.Table.from_batches([batch(STORY, {"id": stories.tolist(), **values, **measures})])

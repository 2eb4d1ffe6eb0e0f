"""Does an outlet report a key point? python reported_points.py ARTICLES...

ARTICLES are labelled articles in JSON lines. `reported_points.csv` has, for sentences of these that
were key points, whether a person who read the articles found the main fact in another outlet's
report. Printed is how many of the outlets that twicetold names are right, and how many of the right
ones it names.
"""

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

from twicetold import Article
from twicetold.content.corroboration import report_coverage, reporting
from twicetold.content.reading import read_story
from twicetold.queries.key_points import reports_of

JUDGED = Path(__file__).with_suffix(".csv")


def main(paths: list[Path]) -> None:
    """Print precision and recall of the judged names."""
    articles = defaultdict(list)
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            fields = {
                name: row[name] for name in ("id", "title", "body", "published") if name in row
            }
            lang = row.get("lang", "fr" if path.stem.endswith("_fr") else "en")
            outlet = row.get("outlet", row["id"])
            articles[row.get("label")].append(
                Article.from_dict({"outlet": outlet, "lang": lang, **fields})
            )
    named = right = named_right = 0
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            says = _says(articles[row["label"]], row["article"], int(row["start"]), row["outlet"])
            named += says
            right += row["right"] == "yes"
            named_right += says and row["right"] == "yes"
    print(f"{named_right} of {named} names are right ({named_right / named:.2f});")
    print(f"{named_right} of {right} right ones are named ({named_right / right:.2f})")


def _says(articles: list[Article], id: str, start: int, outlet: str) -> bool:
    """Whether twicetold finds that an outlet reports the sentence that starts there."""
    in_order, reports = reports_of(articles)
    story = read_story(reports)
    rows = [articles[row].id for row in in_order]
    (place,) = (
        place
        for place, each in enumerate(story.statements)
        if (rows[each.article], each.start, each.in_headline) == (id, start, False)
    )
    coverage = report_coverage(story.statements, story.concepts, [place], {})
    said_by = reporting(story.statements, story.concepts, [place], coverage.facts)[0]
    return any(said_by[row] for row, name in enumerate(reports.outlets) if name == outlet)


if __name__ == "__main__":
    main([Path(path) for path in sys.argv[1:]])

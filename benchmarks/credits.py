"""How many of the agencies that people see credited does twicetold find, and does it invent any?

    python benchmarks/credits.py FOLDER

FOLDER holds wirecopy_en.jsonl. `credits.csv` has, for 200 of its articles, the agency that a
person who read them saw credited as the source of the article; '': none. A picture's credit, a
contribution and an agency that is quoted are none.
"""

import csv
import sys
from collections import Counter
from pathlib import Path

from tabulate import tabulate

import twicetold
from twicetold.text.credits import credited_agency

CREDITS = Path(__file__).with_name("credits.csv")


def main(folder: Path) -> None:
    """Print a row for each agency, and the articles that differ."""
    with CREDITS.open(encoding="utf-8", newline="") as file:
        seen = {row["id"]: row["agency"] for row in csv.DictReader(file)}
    counts: Counter[tuple[str, str]] = Counter()
    for article in twicetold.read_articles(folder / "wirecopy_en.jsonl"):
        if isinstance(article, twicetold.Article) and article.id in seen:
            agency, found = seen[article.id], credited_agency(article.body, article.byline)
            result = "right" if found == agency else "invented" if found else "missed"
            counts[agency or "none", result] += 1
            if result != "right":
                print(f"{article.id}: seen {agency or 'none'}, found {found or 'none'}")
    agencies = sorted({agency for agency, _ in counts})
    results = ("right", "missed", "invented")
    rows = [[agency, *(counts[agency, result] for result in results)] for agency in agencies]
    print(tabulate(rows, ("agency", *results)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

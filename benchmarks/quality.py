"""How well are stories and copies found? One row for each file, with default settings.

    python benchmarks/quality.py FOLDER

FOLDER holds JSON lines of articles as twicetold reads them, with the gold story in `label`.
Articles with an id and a label are clustered and compared with their labels; in the files of
`COPIES`, the copies are compared with all pairs of articles by brute force. Other files are
skipped.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy import sparse
from tabulate import tabulate

import twicetold
from twicetold.copies.shingles import shingles
from twicetold.evaluation.agreement import bcubed, pairwise
from twicetold.text.cleaning import own_words
from twicetold.text.tokens import stream

COPIES = ("press_fr.jsonl", "wirecopy_en.jsonl", "newswire_1987.jsonl")
Row = dict[str, str]


def main(folder: Path) -> None:
    """Print both tables."""
    labelled, copied = [], []
    for path in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.open(encoding="utf-8")]
        labels = [row for row in rows if row.get("id") and row.get("label")]
        if labels:
            labelled.append(compare_stories(path, labels, path.stem))
        for lang in languages(labels):
            own = [row for row in labels if row.get("lang") == lang]
            labelled.append(compare_stories(path, own, f"{path.stem}, {lang} only"))
        if path.name in COPIES:
            copied += compare_copies(path)
    print(tabulate(labelled, headers="keys", disable_numparse=True), "\n")
    print(tabulate(copied, headers="keys", disable_numparse=True))


def languages(rows: list[Row]) -> list[str]:
    """Return the languages with a row of their own: English and French, in a file of several."""
    languages = {row.get("lang") for row in rows}
    return [lang for lang in ("en", "fr") if len(languages) > 1 and lang in languages]


def compare_stories(path: Path, rows: list[Row], name: str) -> Row:
    """Cluster these articles of a file, and compare the stories with their labels."""
    gold = {row["id"]: row["label"] for row in rows}
    with twicetold.Index.in_memory() as index:
        items = twicetold.read_articles(path, outlet="unknown")
        twicetold.run(index, (item for item in items if getattr(item, "id", "") in gold))
        story_of = {article.key: article.story for article in index.articles()}
        largest = max(row.articles for row in twicetold.stories(index, limit=0))
    pair = [gold[key] for key in story_of], list(story_of.values())
    cubed, pairs = bcubed(*pair), pairwise(*pair)
    return {
        "file": name,
        "articles": f"{len(story_of):,}",
        "stories": f"{len(set(pair[0])):,}",
        "found": f"{len(set(pair[1])):,}",
        "largest": str(largest),
        "BCubed P": f"{cubed.precision:.3f}",
        "R": f"{cubed.recall:.3f}",
        "F1": f"{cubed.f1:.3f}",
        "pairs P": f"{pairs.precision:.3f}",
        "pairs R": f"{pairs.recall:.3f}",
        "pairs F1": f"{pairs.f1:.3f}",
    }


def compare_copies(path: Path) -> list[Row]:
    """Return which share of the pairs of a file that share text the index has."""
    with twicetold.Index.in_memory() as index:
        items = twicetold.read_articles(path, outlet="unknown")
        twicetold.run(index, items)
        articles = index.connection.execute("select id, body from articles order by id").fetchall()
        links = index.connection.execute(
            "select min(a, b), max(a, b), kind, jaccard from links where jaccard is not null"
        ).fetchall()
    ids = np.array([id for id, _ in articles])
    a, b, jaccard = brute_force([own_words(body) for _, body in articles])
    true = {(int(ids[i]), int(ids[j])): value for i, j, value in zip(a, b, jaccard, strict=True)}
    stored = {(a, b): (kind, value) for a, b, kind, value in links}
    errors = [abs(value - true[pair]) for pair, (_, value) in stored.items() if pair in true]
    rows = []
    for least in (0.8, 0.5):
        wanted = [pair for pair, value in true.items() if value >= least]
        kinds = [stored[pair][0] for pair in wanted if pair in stored]
        rows.append(
            {
                "file": path.stem,
                "Jaccard": f"≥ {least}",
                "pairs": f"{len(wanted):,}",
                "stored": f"{len(kinds) / max(len(wanted), 1):.4f}",
                "as copies": f"{kinds.count('copy') / max(len(wanted), 1):.4f}",
                "as templates": f"{kinds.count('template') / max(len(wanted), 1):.4f}",
                "largest error": f"{max(errors, default=0):.0e}",
            }
        )
    return rows


def brute_force(texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all pairs with a Jaccard similarity of at least .3, by one product of matrices."""
    runs = shingles(stream(texts, split_unspaced=True))
    _, columns = np.unique(runs.hashes, return_inverse=True)
    shape = (len(texts), int(columns.max()) + 1)
    sets = sparse.csr_array((np.ones(len(columns), np.int32), columns, runs.offsets), shape)
    sets.sum_duplicates()
    sets.data[:] = 1
    shared = sparse.coo_array(sparse.triu(sets @ sets.T, k=1))
    sizes = np.diff(sets.indptr)
    jaccard = shared.data / (sizes[shared.row] + sizes[shared.col] - shared.data)
    near = jaccard >= 0.3
    return shared.row[near], shared.col[near], jaccard[near]


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""How well are stories and copies found? One row a file, default settings, nothing tuned.

    python benchmarks/quality.py FOLDER

FOLDER holds JSON lines of articles as twicetold reads them, with the gold story in `label`.
Files whose articles have labels are clustered and compared with them; in those named below the
copies are compared with all pairs of articles by brute force. What is absent is passed over.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy import sparse
from tabulate import tabulate

import twicetold
from twicetold.copies import minhash as signatures
from twicetold.evaluation.agreement import bcubed, pairwise
from twicetold.text import cleaning as text
from twicetold.text import tokens

COPIES = ("press_fr.jsonl", "wirecopy_en.jsonl", "newswire_1987.jsonl")
Row = dict[str, str]


def main(folder: Path) -> None:
    """Print both tables."""
    labelled, copied = [], []
    for path in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.open(encoding="utf-8")]
        if any("label" in row for row in rows):
            labelled.append(stories(path, rows, path.stem))
            for lang in languages(rows):
                of_lang = [row for row in rows if row["lang"] == lang]
                labelled.append(stories(path, of_lang, f"{path.stem}, {lang} only"))
        if path.name in COPIES:
            copied += copies(path)
    print(tabulate(labelled, headers="keys", disable_numparse=True), "\n")
    print(tabulate(copied, headers="keys", disable_numparse=True))


def languages(rows: list[Row]) -> list[str]:
    """Those worth a row of their own: English and French, in a file of several."""
    several = len({row["lang"] for row in rows}) > 1
    return [lang for lang in ("en", "fr") if several and any(r["lang"] == lang for r in rows)]


def stories(path: Path, rows: list[Row], name: str) -> Row:
    """Cluster these articles of a file, and compare with their labels."""
    gold = {row["id"]: row["label"] for row in rows if "label" in row}
    with twicetold.Index.in_memory() as index:
        items = twicetold.read_articles([str(path)], defaults=twicetold.Defaults(outlet="unknown"))
        twicetold.run(index, (item for item in items if getattr(item, "id", "") in gold))
        found = dict(index.connection.execute("select key, story_id from articles"))
        largest = index.connection.execute("select max(articles) from stories").fetchone()[0]
    pair = list(gold.values()), [found[key] for key in gold]
    cubed, pairs = bcubed(*pair), pairwise(*pair)
    return {
        "file": name,
        "articles": f"{len(gold):,}",
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


def copies(path: Path) -> list[Row]:
    """Of the pairs of a file that share text, by brute force, the share that the index has."""
    with twicetold.Index.in_memory() as index:
        items = twicetold.read_articles([str(path)], defaults=twicetold.Defaults(outlet="unknown"))
        twicetold.run(index, items)
        articles = index.connection.execute("select id, body from articles order by id").fetchall()
        links = index.connection.execute(
            "select min(a, b), max(a, b), kind, jaccard from links where jaccard is not null"
        ).fetchall()
    ids = np.array([id for id, _ in articles])
    a, b, jaccard = brute_force([text.own_words(body) for _, body in articles])
    true = {(int(ids[i]), int(ids[j])): value for i, j, value in zip(a, b, jaccard, strict=True)}
    stored = {(a, b): (kind, value) for a, b, kind, value in links}
    off = max((abs(value - true[pair]) for pair, (_, value) in stored.items() if pair in true))
    rows = []
    for least in (0.8, 0.5):
        wanted = [pair for pair, value in true.items() if value >= least]
        kinds = [stored[pair][0] for pair in wanted if pair in stored]
        rows.append(
            {
                "file": path.stem,
                "Jaccard": f"≥ {least}",
                "pairs": f"{len(wanted):,}",
                "stored": f"{len(kinds) / len(wanted):.4f}",
                "as copies": f"{kinds.count('copy') / len(wanted):.4f}",
                "as templates": f"{kinds.count('template') / len(wanted):.4f}",
                "largest error": f"{off:.0e}",
            }
        )
    return rows


def brute_force(texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of texts with a Jaccard similarity of at least .3, by one product of matrices."""
    runs = signatures.shingles(tokens.stream(texts, split_unspaced=True))
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

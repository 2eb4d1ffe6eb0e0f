"""Copies told by their signatures alone, as when a text is pruned: how often is that right?

    python benchmarks/by_signature.py FILE.jsonl...

What the texts tell, exactly, counts as true, for all pairs that share a bucket, and for those a day
and more apart, where forms filled anew lie among them. Each row is a threshold.
"""

import sys

import numpy as np
from tabulate import tabulate

import twicetold
from twicetold.clustering import neighbours as candidates
from twicetold.copies import compare as copies
from twicetold.copies import minhash as signatures
from twicetold.text import cleaning as text

CUTS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)


def main(paths: list[str]) -> None:
    """Print a table over all files together."""
    told = [np.concatenate(column) for column in zip(*(pairs(path) for path in paths), strict=True)]
    estimated, able, copied, template, jaccard, later = told
    rows = []
    for which, chosen in (("all", np.ones(len(later), bool)), ("a day apart", later)):
        for cut in CUTS:
            found = chosen & able & (estimated >= cut)
            right = int((found & copied).sum())
            alike = chosen & copied & (jaccard >= cut)
            rows.append(
                {
                    "pairs": which,
                    "estimate": cut,
                    "found": int(found.sum()),
                    "wrong": int(found.sum()) - right,
                    "of these forms": int((found & template).sum()),
                    "precision": right / max(int(found.sum()), 1),
                    "recall": right / int((chosen & copied).sum()),
                    "of copies so alike": int((found & alike).sum()) / int(alike.sum()),
                }
            )
    print(tabulate(rows, headers="keys", floatfmt=("", "g", "", "", "", ".3f", ".3f", ".3f")))


def pairs(path: str) -> tuple[np.ndarray, ...]:
    """Of each pair of a file: what the signatures tell, and what the texts do."""
    read = [one for one in twicetold.read_articles([path]) if isinstance(one, twicetold.Article)]
    own = [text.own_words(one.body) for one in read]
    titles = [one.title for one in read]
    signed = signatures.sign(own)
    matrix = signatures.from_blobs(signed.minhashes)
    rows = np.flatnonzero([bool(buckets) for buckets in signed.buckets])
    bands = signatures.bands(matrix[rows])
    places = np.repeat(np.arange(len(rows)), bands.shape[1])
    found = candidates.in_buckets(bands.ravel(), places, len(rows))
    a, b = rows[found.a], rows[found.b]
    hour = np.array([one.published.timestamp() if one.published else np.nan for one in read]) / 3600
    hours = np.abs(hour[b] - hour[a])
    said = copies.compare(titles, own, a, b, hours)
    estimated = signatures.estimate(matrix, a, b)
    able = copies.by_signature(titles, np.array(signed.words), estimated, a, b, least=0.0)
    later = np.nan_to_num(hours) >= copies.LATER_HOURS
    return estimated, able, said.copy, said.template, said.overlap.jaccard, later


if __name__ == "__main__":
    main(sys.argv[1:])

"""How often is a copy recognised by its signature alone, as when a text is pruned?

    python benchmarks/by_signature.py FILE.jsonl...

The exact comparison of the texts counts as true, for all pairs that share a bucket, and for those a
day or more apart, which include templates. Each row is a threshold.
"""

import sys

import numpy as np
from tabulate import tabulate

import twicetold
from twicetold.copies import minhash
from twicetold.copies.compare import LATER_HOURS, compare, copies_by_signature, titles_agree
from twicetold.copies.lsh import pairs_in_buckets
from twicetold.hours import hours_apart, hours_since_1970
from twicetold.text.cleaning import own_words
from twicetold.text.words import own_words_mask, read_words
from twicetold.times import utc_text

CUTS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)


def main(paths: list[str]) -> None:
    """Print a table over all files together."""
    columns = zip(*(compare_file(path) for path in paths), strict=True)
    estimated, long_enough, copied, template, jaccard, later = map(np.concatenate, columns)
    rows = []
    for which, chosen in (("all", np.ones(len(later), bool)), ("a day apart", later)):
        for cut in CUTS:
            found = chosen & long_enough & (estimated >= cut)
            right = int((found & copied).sum())
            similar = chosen & copied & (jaccard >= cut)
            rows.append(
                {
                    "pairs": which,
                    "estimate": cut,
                    "found": int(found.sum()),
                    "wrong": int(found.sum()) - right,
                    "templates": int((found & template).sum()),
                    "precision": right / max(int(found.sum()), 1),
                    "recall": right / max(int((chosen & copied).sum()), 1),
                    "of copies so similar": int((found & similar).sum())
                    / max(int(similar.sum()), 1),
                }
            )
    print(tabulate(rows, headers="keys", floatfmt=("", "g", "", "", "", ".3f", ".3f", ".3f")))


def compare_file(path: str) -> tuple[np.ndarray, ...]:
    """Return, for each pair of a file, what the signatures estimate, and what the texts show.

    Estimate, whether the texts are long enough, copy, template, Jaccard, a day apart; (p,) each.
    """
    items = twicetold.read_articles(path, outlet="unknown")
    articles = [item for item in items if isinstance(item, twicetold.Article)]
    titles, bodies = [a.title for a in articles], [a.body for a in articles]
    signed = minhash.sign([own_words(body) for body in bodies])
    signatures = minhash.from_blobs(signed.minhashes)
    rows = np.flatnonzero([bool(buckets) for buckets in signed.buckets])
    bands = minhash.bands(signatures[rows])
    places = np.repeat(np.arange(len(rows)), bands.shape[1])
    pairs = pairs_in_buckets(bands.ravel().astype(np.int64), places, len(rows))
    a, b = rows[pairs.a], rows[pairs.b]
    times = hours_since_1970([utc_text(article.published) for article in articles])
    hours = np.abs(hours_apart(*times, a, b))
    words = read_words(titles, bodies)
    compared = compare(words, own_words_mask(words, titles, bodies), a, b, hours)
    estimated = minhash.estimate_jaccard(signatures, a, b)
    agree = titles_agree(words, a, b)
    long_enough = copies_by_signature(np.array(signed.words), agree, estimated, a, b, least=0.0)
    later = np.nan_to_num(hours) >= LATER_HOURS
    jaccard = compared.overlap.jaccard
    return estimated, long_enough, compared.copy, compared.template, jaccard, later


if __name__ == "__main__":
    main(sys.argv[1:])

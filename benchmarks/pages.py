"""What do the pages of a report cost, beside the run that finds its stories?

    python benchmarks/pages.py FILE...

Each FILE of articles is read into a fresh index, and all its stories of several reports are
written as pages; then once more, when nothing has changed. Also the time of the key points of ten
articles, over up to a hundred tens that follow each other in time.
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tabulate import tabulate

import twicetold

_TEN, _MOST_TENS = 10, 100


def main(files: list[Path]) -> None:
    """Print a row for each file."""
    rows = []
    for file in files:
        with tempfile.TemporaryDirectory() as folder:
            rows.append({"file": file.stem, **measured(file, Path(folder))})
    print(tabulate(rows, headers="keys", floatfmt=".3g"))


def measured(file: Path, folder: Path) -> dict[str, object]:
    """Return the figures of one file."""
    with twicetold.Index.open(folder / "index.db", create=True) as index:
        run = seconds(lambda: twicetold.run(index, twicetold.read_articles(file)))
        rows = twicetold.stories(index, limit=0)
        stories = sum(row.articles > 1 for row in rows)
        pages = folder / "pages"

        def report() -> None:
            twicetold.write_report(index, pages, min_outlets=1, limit=stories)

        first, second = seconds(report), seconds(report)
        points = statistics.median(tens(index))
    sizes = [path.stat().st_size for path in pages.iterdir()]
    largest = max(path.stat().st_size for path in pages.glob("story-*.html"))
    return {
        "run, s": run,
        "report, s": first,
        "of the run": first / run,
        "again, s": second,
        "stories": stories,
        "files": len(sizes),
        "MB": sum(sizes) / 1e6,
        "largest story, KB": largest / 1e3,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        "key points, ms": 1e3 * points,
    }


def tens(index: twicetold.Index) -> list[float]:
    """Return the seconds that the key points of each ten articles take."""
    articles = [
        twicetold.Article(outlet=each.outlet, title=each.title, body=each.body, lang=each.lang)
        for _, each in zip(range(_TEN * _MOST_TENS), index.articles(), strict=False)
    ]
    groups = [articles[first : first + _TEN] for first in range(0, len(articles), _TEN)]
    return [seconds(partial(twicetold.key_points, group)) for group in groups]


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main([Path(name) for name in sys.argv[1:]])

"""Fuzz one reader with coverage-guided inputs; needs `pip install atheris`.

    python tests/fuzz/readers.py feed -runs=100000 -timeout=2 -rss_limit_mb=500

The arguments after the format are libFuzzer's. It starts from the seeds in `seeds/`, and writes an
input that raises an error, takes too long or too much memory to the present folder. `test_fuzz.py`
reads the seeds, and mutations of them, in every run of the tests.
"""

import io
import json
import sys
import tempfile
from pathlib import Path

SEEDS = Path(__file__).with_name("seeds")
FORMATS = tuple(sorted(path.name for path in SEEDS.iterdir()))


def read(format: str, data: bytes) -> None:
    """Read a file of some bytes, and do all that depends on each of its articles alone.

    Whatever the bytes are, each item is an article that can be stored, or a rejection.
    """
    import twicetold
    from twicetold.index.signing import sign_articles

    sys.stdin = io.TextIOWrapper(io.BytesIO(data))
    articles = []
    for item in twicetold.read_articles("-", format=format, outlet="Fuzz"):
        if isinstance(item, twicetold.Rejection):
            line = f"{item} {item.excerpt} {item.names}"
        else:
            articles.append(item)
            line = json.dumps([item.key, item.title, item.body, item.url, item.byline, item.lang])
            line += f"{item.published} {item.updated} {item.unread}"
        assert not any("\ud800" <= character <= "\udfff" for character in line)
    sign_articles(articles)


def main() -> None:
    """Fuzz the reader that the command line names."""
    import atheris

    format = sys.argv.pop(1)
    with atheris.instrument_imports(include=["twicetold", "feedparser", "html_text"]):
        import feedparser  # noqa: F401
        import html_text  # noqa: F401

        import twicetold.sources  # noqa: F401

    with tempfile.TemporaryDirectory() as found:  # libFuzzer writes to the first folder
        arguments = [*sys.argv, found, str(SEEDS / format)]
        atheris.Setup(arguments, lambda data: read(format, data))
        atheris.Fuzz()


if __name__ == "__main__":
    main()

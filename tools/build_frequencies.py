"""Make `frequencies/*.txt.gz` from wordfreq's lists: python build_frequencies.py WHEEL

One line a step of a tenth of a decade, from the most frequent words down: the words whose share
of all words lies within that step, in alphabetical order.
"""

import gzip
import sys
import zipfile
from pathlib import Path

import msgpack

DATA = Path(__file__).parent.parent / "src" / "twicetold" / "data"
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "nl", "pt", "ru")
STEPS = 50  # tenths of a decade: words down to 1 in 100,000, some 6,000 a language


def main(wheel: str) -> None:
    """Write a file for each language."""
    with zipfile.ZipFile(wheel) as archive:
        for lang in LANGUAGES:
            packed = archive.read(f"wordfreq/data/small_{lang}.msgpack.gz")
            _, *by_centibel = msgpack.unpackb(gzip.decompress(packed), raw=False)
            lines: list[list[str]] = [[] for _ in range(STEPS)]
            for centibel, words in enumerate(by_centibel[: 10 * STEPS]):
                lines[centibel // 10] += words
            text = "\n".join(" ".join(sorted(words)) for words in lines) + "\n"
            path = DATA / "frequencies" / f"{lang}.txt.gz"
            path.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])

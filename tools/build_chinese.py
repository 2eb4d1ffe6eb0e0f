"""Make `chinese.txt.gz` from OpenCC's characters: python build_chinese.py WHEEL

Two lines: traditional characters of Chinese, and the simplified character that each is written as.
"""

import gzip
import sys
import zipfile
from pathlib import Path

DATA = Path(__file__).parent.parent / "src" / "twicetold" / "data"


def main(wheel: str) -> None:
    """Write the file. Of several simplified characters OpenCC's first one is taken."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("opencc/dictionary/TSCharacters.txt").decode()
    pairs = [line.split()[:2] for line in text.splitlines() if line.strip()]
    # a text of characters below 65,536 is lowered by a table of such characters
    pairs = sorted((one, other) for one, other in pairs if one != other and ord(other) < 1 << 16)
    lines = "\n".join("".join(column) for column in zip(*pairs, strict=True)) + "\n"
    (DATA / "chinese.txt.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])

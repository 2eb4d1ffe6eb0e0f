"""Do time and memory grow with the size of the input, where input is made to be bad?

    python benchmarks/worst_cases.py [ARTICLES]

Each kind is made twice, with half as many articles and with ARTICLES (20,000 if none is given), all
of one day. For the copies of one text, the commands that look at the story are timed as well.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tabulate import tabulate

Record = dict[str, object]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words(draw: random.Random, number: int) -> str:
    """Return words of six letters, of 18,000 that may occur."""
    return " ".join(
        "".join(draw.choice(pair) for pair in ("bdfg", "aeio", "klmn", "aeiou", "rstv", "aeiou"))
        for _ in range(number)
    )


_TEXT = words(random.Random(1), 300)
KINDS: dict[str, Callable[[random.Random, int], Record]] = {
    "copies of one text": lambda draw, n: {"title": "Talks resume", "body": _TEXT},
    "the same headline": lambda draw, n: {"title": "Talks resume in Geneva after months"},
    "another language each": lambda draw, n: {
        "title": words(draw, 8),
        "body": words(draw, 60),
        "lang": LETTERS[n // 26 % 26] + LETTERS[n % 26],
    },
    "a passage in common": lambda draw, n: {
        "title": words(draw, 6),
        "body": f"{_TEXT[:400]} {words(draw, 60)}",
    },
}


def measured(folder: Path, *command: str) -> tuple[float, float]:
    """Run a command of twicetold; return seconds, and peak memory in MB."""
    start = time.perf_counter()
    process = os.fork()
    if not process:
        os.chdir(folder)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.execv(sys.executable, [sys.executable, "-m", "twicetold", *command])
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} failed")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def write(path: Path, make: Callable[[random.Random, int], Record], number: int) -> None:
    """Write articles of one day, a line each."""
    draw = random.Random(2)
    with path.open("w", encoding="utf-8") as file:
        for n in range(number):
            minute = n * 24 * 60 // number
            time_of_day = f"{minute // 60:02d}:{minute % 60:02d}"
            own: Record = {"id": str(n), "outlet": f"Outlet {n % 50}", "lang": "en"}
            own["published"] = f"2026-02-05T{time_of_day}:00Z"
            file.write(json.dumps(own | make(draw, n)) + "\n")


def main(articles: int) -> None:
    """Print the table."""
    rows = []
    for kind, make in KINDS.items():
        for number in (articles // 2, articles):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                write(folder / "feed.jsonl", make, number)
                rows.append((kind, number, "run", *measured(folder, "run", "n.db", "feed.jsonl")))
                if kind == "copies of one text":
                    rows += [
                        (kind, number, command[0], *measured(folder, *command))
                        for command in (("show", "n.db", "1"), ("check", "n.db"))
                    ]
                    rows.append((kind, number, "why", *measured(folder, "why", "n.db", "1", "2")))
    print(tabulate(rows, ["input", "articles", "command", "seconds", "peak MB"], floatfmt=",.1f"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)

"""Runs on a disk that fails at a chosen call, and the run after it.

    python tests/torn/disk.py 200

lets 200 calls of each kind fail, evenly spread over a run, and prints how many of the runs after
them end where an undisturbed run does. `test_accidents.py` does the same with a few.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

KINDS = ("write", "full", "sync", "read", "kill")
CORPUS = Path(__file__).parents[2] / "sample_corpus"
NIGHTS = sorted(path for path in CORPUS.iterdir() if path.is_dir())
STATE = (
    "select key, title, story_id is null, copy_group_id is null, pending from articles order by 1",
    "select one.key, other.key, kind, probability from links join articles as one on one.id = a"
    " join articles as other on other.id = b order by 1, 2",
    "select min(key), count(*), story_id is null from articles group by story_id order by 1",
    "select title, articles, outlets, cohesion, settled from stories order by 1, 2",
)


def compiled(folder: Path) -> Path:
    """Compile the library that makes calls fail. Raises FileNotFoundError without a compiler."""
    library = folder / "disk.so"
    source = Path(__file__).with_name("disk.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


def state(index: Path) -> list[list[tuple[object, ...]]]:
    """All that must be the same after a disturbed run and the run after it."""
    with closing(sqlite3.connect(index)) as db:
        return [db.execute(sql).fetchall() for sql in STATE]


def nightly(index: Path, **torn: object) -> subprocess.CompletedProcess[str]:
    """Run all other nights on an index; `torn` are variables of the library."""
    command = [sys.executable, "-m", "twicetold", "run", str(index), str(CORPUS)]
    environment = os.environ | {name: str(value) for name, value in torn.items()}
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def failures(library: Path, folder: Path, kind: str, number: int) -> Iterator[str]:
    """Let `number` calls of a kind fail, one run each; yield what went wrong, '' if nothing."""
    first = folder / "first.db"
    if not first.exists():
        subprocess.run(
            [sys.executable, "-m", "twicetold", "run", first, NIGHTS[0]],
            check=True,
            capture_output=True,
        )
    whole = folder / "news.db"
    torn = {"LD_PRELOAD": library, "TORN_FILE": "news.db", "TORN_KIND": kind}
    _copy(first, whole)
    nightly(whole, **torn, TORN_COUNT=folder / "count")
    calls, wanted = int((folder / "count").read_text()), state(whole)
    for step in range(min(number, calls)):
        at = 1 + step * calls // min(number, calls)
        _copy(first, whole)
        disturbed = nightly(whole, **torn, TORN_AT=at)
        after = nightly(whole)
        problems = [
            f"{kind} {at}: {end.stderr[-300:]}"
            for end in (disturbed, after)
            if "Traceback" in end.stderr or "a bug of" in end.stderr
        ]
        if after.returncode or state(whole) != wanted:
            problems.append(f"{kind} {at}: the next run ended with {after.returncode}, elsewhere")
        yield "; ".join(problems)


def _copy(first: Path, index: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{index}{suffix}").unlink(missing_ok=True)
    shutil.copy(first, index)


def main(number: int) -> None:
    """Print how many runs of each kind recover."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = compiled(folder)
        for kind in KINDS:
            answers = list(failures(library, folder, kind, number))
            good = sum(not answer for answer in answers)
            print(
                f"{kind:6} {good} of {len(answers)} recovered", *filter(None, answers), sep="\n  "
            )


if __name__ == "__main__":
    main(int(sys.argv[1]))

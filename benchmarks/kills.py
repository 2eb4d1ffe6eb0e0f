"""What is left of an index when its run is killed? kill -9 at random moments, again and again.

    python benchmarks/kills.py FOLDER [TIMES]

FOLDER holds articles, such as `sample_corpus`. Each time, a run of them all is killed at a random
moment, the next one finishes the work, `check` looks at the file, and stories, copy groups and
links are compared with those of a run that nobody killed.
"""

import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

Shape = tuple[list[tuple[object, ...]], ...]


def main(folder: Path, times: int) -> None:
    """Print how often the index was as it should be, and what had been done when it was killed."""
    chance = random.Random(1)
    outcome: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole.db"
        start = time.perf_counter()
        subprocess.run(command("run", whole, folder), check=True, capture_output=True)
        lasts = time.perf_counter() - start
        wanted = shape(whole)
        for number in range(times):
            path = Path(place) / f"{number}.db"
            run = subprocess.Popen(command("run", path, folder), stdout=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.15, 1.0) * lasts)
            run.send_signal(signal.SIGKILL)
            killed = run.wait() == -signal.SIGKILL
            before = stored(path)
            subprocess.run(command("run", path, folder), check=True, capture_output=True)
            sound = subprocess.run(command("check", path), capture_output=True).returncode == 0
            right = sound and shape(path) == wanted
            outcome[
                f"{before if killed else 'all of it'} done: {'right' if right else 'WRONG'}"
            ] += 1
    for what, often in sorted(outcome.items()):
        print(f"{often:5} times {what}")


def command(name: str, path: Path, *arguments: object) -> list[str]:
    """A command of twicetold, as a process of its own."""
    return [sys.executable, "-m", "twicetold", name, str(path), *map(str, arguments)]


def stored(path: Path) -> str:
    """How far a run came."""
    if not path.exists():
        return "nothing"
    with closing(sqlite3.connect(path)) as db:
        try:
            articles, stories = db.execute(
                "select (select count(*) from articles), (select count(*) from stories)"
            ).fetchone()
        except sqlite3.OperationalError:
            return "an empty file"
    return "all of it" if stories else "reading" if articles else "nothing"


def shape(path: Path) -> Shape:
    """What must be the same, however often a run was broken off."""
    with closing(sqlite3.connect(path)) as db:
        return tuple(
            db.execute(sql).fetchall()
            for sql in (
                "select key, story_id, copy_group_id from articles order by key",
                "select one.key, other.key, kind, probability from links"
                " join articles as one on one.id = a join articles as other on other.id = b"
                " order by 1, 2",
                "select id, title, articles, outlets, cohesion from stories order by id",
            )
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200)

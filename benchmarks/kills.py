"""Is an index right after a command was killed, or ran out of disk space, at a random moment?

    python benchmarks/kills.py FOLDER [TIMES [ACCIDENT ...]]

FOLDER has a folder of articles for each night, such as `sample_corpus`. An index is made night by
night, then rebuilt, pruned, and so on. Each ACCIDENT happens TIMES times to one of these commands:

    killed   kill -9 at a random moment
    full     a disk of a random size, mostly too small (Linux, if mounting is allowed)
    locked   another process holds the lock, for longer or shorter than the command waits
    read     other commands read the index all the time, and see it as before or as after

The command is then repeated, and the next night is run. `check` checks the file; stories, copy
groups, links, decisions and events are compared with those of an index without accident.
"""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner
from tabulate import tabulate

import twicetold
from twicetold.cli import cli

NOTHING = "nothing done"
WAITS = 1  # seconds that a command waits for the lock
CONTENT = (
    "select key, story_id, copy_group_id, pending from articles order by key",
    "select one.key, other.key, kind, probability from links"
    " join articles as one on one.id = a join articles as other on other.id = b order by 1, 2",
    "select id, title, articles, outlets, cohesion, settled from stories order by id",
    "select a, b, verdict from decisions order by a, b",
    "select event, story_id, other_story_id, sum(articles) from story_events"
    " where event <> 'settled' group by 1, 2, 3 order by 1, 2, 3",
)
ASKED = (("stories", "--limit", "0"), ("stories", "--search", "talks"), ("show", "1"))
SMALL_DISK = """
mount -t tmpfs -o size={size} none "$1" || exit 99
cp "$2" "$1"/news.db || exit 0
shift; shift
SQLITE_TMPDIR="$1" "$@"
code=$?
cp "$(dirname "$5")"/news.db* "$0"
exit $code
"""


class Step(NamedTuple):
    """A command that an accident may happen to."""

    name: str
    words: tuple[str, ...]  # its arguments after the index
    before: Path  # the index before it
    after: list[list[tuple[object, ...]]]  # the content of the index after it
    then: tuple[str, ...]  # sources of the next night; none: it is the last one
    later: list[list[tuple[object, ...]]]  # the content after the next night
    seconds: float  # that it takes
    works: float  # seconds from its first write on

    def line(self, path: Path) -> list[str]:
        """Return the command line."""
        wait = ["--wait", str(WAITS)]
        return [sys.executable, "-m", "twicetold", self.name, str(path), *self.words, *wait]


def main(folder: Path, times: int, accidents: list[str]) -> None:
    """Print how far the commands came, and how often the index was right afterwards."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as place:
        steps = history(sorted(p for p in folder.iterdir() if p.is_dir()), Path(place))
        for name in accidents or list(ACCIDENTS):
            outcome: Counter[tuple[str, str, str]] = Counter()
            for number in range(times):
                step = chance.choice(steps)
                path = Path(place) / f"{name}-{number}" / "news.db"
                path.parent.mkdir()
                shutil.copy(step.before, path)
                result = ACCIDENTS[name](step, path, chance)
                outcome[step.name, result, recovered(step, path)] += 1
                shutil.rmtree(path.parent)
            rows = [(*what, often) for what, often in sorted(outcome.items())]
            print(f"\n{name}, {times} times\n")
            print(tabulate(rows, ("command", "the accident", "then", "times")), flush=True)


def history(nights: list[Path], place: Path) -> list[Step]:
    """Return the steps of an index made night by night, and other commands, without accident."""
    steps: list[Step] = []
    base = place / "news.db"
    base.touch()
    for night, following in zip(nights, [*nights[1:], None], strict=True):
        words = (str(night),)
        steps.append(measure(place, base, "run", words, (str(following),) if following else ()))
        run_command("run", base, *words)
    half = place / "half.db"
    shutil.copy(steps[len(nights) // 2].before, half)
    (article, other), last = first_pair(half), (str(nights[-1]),)
    steps += [
        measure(place, half, "rebuild", ("--granularity", "episode"), last),
        measure(place, half, "remove", (article,), last),
        measure(place, half, "same", (article, other), last),
        measure(place, base, "prune", ("--before", "2026-02-04"), last),
    ]
    return steps


def measure(
    place: Path, index: Path, name: str, words: tuple[str, ...], then: tuple[str, ...]
) -> Step:
    """Return what a command makes of an index, how long it takes, and the index a night later."""
    before, path = place / f"{index.stem}-{name}-{time.time()}.db", place / "trial.db"
    for copy in (before, path):
        shutil.copy(index, copy)
    step = Step(name, words, before, [], then, [], 0.0, 0.0)
    start = time.perf_counter()
    with subprocess.Popen(step.line(path), stdout=subprocess.DEVNULL) as run:
        while reached(step, path) == NOTHING:
            time.sleep(0.001)
        first_write = time.perf_counter()
    assert run.returncode == 0, step
    end = time.perf_counter()
    step = step._replace(seconds=end - start, works=end - first_write, after=content(path))
    if then:
        run_command("run", path, *then)
    return step._replace(later=content(path))


def first_pair(path: Path) -> tuple[str, str]:
    """Return a copied article, and one of another story."""
    with closing(sqlite3.connect(path)) as db:
        (one,) = db.execute("select key from articles order by copy_group_id desc, id").fetchone()
        sql = "select b.key from articles as a join articles as b on b.story_id <> a.story_id"
        (other,) = db.execute(f"{sql} where a.key = ? order by b.id desc", (one,)).fetchone()
    return str(one), str(other)


def killed(step: Step, path: Path, chance: random.Random) -> str:
    """Kill the command, mostly while it writes."""
    run = subprocess.Popen(step.line(path), stdout=subprocess.DEVNULL)
    if chance.random() < 0.1:
        time.sleep(chance.random() * step.seconds)
    else:
        while reached(step, path) == NOTHING and run.poll() is None:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 1.1) * step.works)
    run.send_signal(signal.SIGKILL)
    return f"killed, {reached(step, path)}" if run.wait() else "had ended before"


def full(step: Step, path: Path, chance: random.Random) -> str:
    """Run on a disk that may be too small, and copy the result to a larger one."""
    disk = path.parent / "disk"
    disk.mkdir()
    size = path.stat().st_size + int(chance.uniform(0.05, 1.5) * 1e6)
    words = step.line(disk / path.name)
    shell = ["unshare", "--mount", "--map-root-user", "sh", "-c", SMALL_DISK.format(size=size)]
    run = subprocess.run([*shell, path.parent, disk, path, *words], capture_output=True, text=True)
    if run.returncode not in (0, 1) or "Traceback" in run.stderr:
        return f"WRONG: {run.returncode} {run.stderr}"
    return f"full, {reached(step, path)}" if run.returncode else "had enough space"


def locked(step: Step, path: Path, chance: random.Random) -> str:
    """Let another process hold the lock."""
    start, lasts = chance.uniform(0, step.seconds), chance.uniform(0, 3 * WAITS)
    other = threading.Thread(target=hold, args=(path, start, lasts))
    other.start()
    run = subprocess.run(step.line(path), capture_output=True, text=True)
    other.join()
    if run.returncode == 4 and "another run is writing to it" in run.stderr:
        return f"reported the lock, {reached(step, path)}"
    return f"WRONG: {run.stderr}" if run.returncode else "waited, or did not need the lock"


def hold(path: Path, start: float, lasts: float) -> None:
    """Hold the lock for a while, and roll back what is written."""
    time.sleep(start)
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as db:
        db.execute("begin immediate")
        if db.execute("select exists (select 1 from sqlite_master)").fetchone()[0]:
            db.execute("update stories set title = 'half done'")
        time.sleep(lasts)
        db.execute("rollback")


def read(step: Step, path: Path, chance: random.Random) -> str:
    """Read the index all the time."""
    empty_index = path.with_name("empty_index.db")  # what the first run creates first
    twicetold.Index.open(empty_index, create=True).close()
    before = [{answer(path, words), answer(empty_index, words)} for words in ASKED]
    run = subprocess.Popen(step.line(path), stdout=subprocess.DEVNULL)
    answers: list[tuple[int, str]] = []
    while run.poll() is None:
        number = chance.randrange(len(ASKED))
        answers.append((number, answer(path, ASKED[number])))
    after = [answer(path, words) for words in ASKED]
    wrong = [text for number, text in answers if text not in before[number] | {after[number]}]
    if wrong or run.returncode:
        return f"WRONG: {run.returncode} {wrong[:1]}"
    return f"{'few' if len(answers) < 5 else 'five or more'} answers, all as before or after"


ACCIDENTS: dict[str, Callable[[Step, Path, random.Random], str]] = {
    "killed": killed,
    "full": full,
    "locked": locked,
    "read": read,
}


def answer(path: Path, words: tuple[str, ...]) -> str:
    """Return what a reading command prints; stderr may say that articles are pending."""
    result = CliRunner().invoke(cli, [words[0], str(path), *words[1:]], prog_name="twicetold")
    return f"{result.exit_code} {result.stdout}".replace(str(path), "news.db")


def reached(step: Step, path: Path) -> str:
    """Return how far a command came."""
    with closing(sqlite3.connect(step.before)) as old, closing(sqlite3.connect(path)) as db:
        sql = "select max(id), (select count(*) from articles) from runs"
        try:
            run, articles = db.execute(sql).fetchone()
        except sqlite3.OperationalError:
            return NOTHING
        is_new = not old.execute("select exists (select 1 from sqlite_master)").fetchone()[0]
        before = (None, 0) if is_new else old.execute(sql).fetchone()
        if run == before[0]:
            return NOTHING
        sql = "select finished from runs where id = ?"
        (finished,) = db.execute(sql, (run,)).fetchone()
    return "all done" if finished else "half done" if articles != before[1] else "begun"


def recovered(step: Step, path: Path) -> str:
    """Return whether the index is right after the command is repeated, and a night later."""
    run = subprocess.run(step.line(path), capture_output=True, text=True)
    if run.returncode and "no article" not in run.stderr:
        return f"WRONG: {run.returncode} {run.stderr}"
    if content(path) != step.after:
        return "WRONG: other content"
    if step.then:
        run_command("run", path, *step.then)
    if content(path) != step.later:
        return "WRONG: other content after the next night"
    run_command("check", path)
    return "right"


def run_command(name: str, path: Path, *words: str) -> None:
    """Run a command that must succeed; exit code 3 is for articles that were removed before."""
    result = CliRunner().invoke(cli, [name, str(path), *words], prog_name="twicetold")
    assert result.exit_code in (0, 3), result.output


def content(path: Path) -> list[list[tuple[object, ...]]]:
    """Return what must be the same, whatever happened before."""
    with closing(sqlite3.connect(path)) as db:
        return [db.execute(sql).fetchall() for sql in CONTENT]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200, sys.argv[3:])

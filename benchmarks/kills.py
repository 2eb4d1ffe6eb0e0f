"""What is left of an index after an accident? Again and again, at random moments, in each command.

    python benchmarks/kills.py FOLDER [TIMES [ACCIDENT ...]]

FOLDER has a folder of articles for each night, such as `sample_corpus`. An index is grown night by
night, then rebuilt, pruned, and so on; TIMES times each accident befalls one of these commands:

    killed   kill -9 at a random moment
    full     a disk of a random size, mostly too small (Linux, where mounting is allowed)
    locked   another process holds the lock for a while, longer or shorter than the command waits
    read     others ask about the index all the time; an answer is that of before or of after

The command is then said again, and the night after it is run. `check` looks at the file; stories,
copy groups, links, decisions and events are compared with those of a history without accident.
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
SHAPE = (
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
    """A command that an accident may befall."""

    name: str
    words: tuple[str, ...]  # what follows the index
    before: Path  # the index that it is said of
    after: list[list[tuple[object, ...]]]  # the shape that it gives
    then: tuple[str, ...]  # sources of the night after it; none: the last one
    later: list[list[tuple[object, ...]]]  # the shape that this gives
    seconds: float  # that it takes
    works: float  # seconds of these after it is entered in the index

    def line(self, path: Path) -> list[str]:
        """The command, as a process of its own."""
        wait = ["--wait", str(WAITS)]
        return [sys.executable, "-m", "twicetold", self.name, str(path), *self.words, *wait]


def main(folder: Path, times: int, accidents: list[str]) -> None:
    """Print how far the commands had come, and how often all was as it should be afterwards."""
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
                told = ACCIDENTS[name](step, path, chance)
                outcome[step.name, told, mended(step, path)] += 1
                shutil.rmtree(path.parent)
            rows = [(*what, often) for what, often in sorted(outcome.items())]
            print(f"\n{name}, {times} times\n")
            print(tabulate(rows, ("command", "the accident", "then", "times")), flush=True)


def history(nights: list[Path], place: Path) -> list[Step]:
    """An index grown night by night, and what else can be done with it: all without accident."""
    steps: list[Step] = []
    base = place / "news.db"
    base.touch()
    for night, following in zip(nights, [*nights[1:], None], strict=True):
        words = (str(night),)
        steps.append(told(place, base, "run", words, (str(following),) if following else ()))
        cli_says("run", base, *words)
    half = place / "half.db"
    shutil.copy(steps[len(nights) // 2].before, half)
    (article, other), last = first_pair(half), (str(nights[-1]),)
    steps += [
        told(place, half, "rebuild", ("--granularity", "episode"), last),
        told(place, half, "remove", (article,), last),
        told(place, half, "same", (article, other), last),
        told(place, base, "prune", ("--before", "2026-02-04"), last),
    ]
    return steps


def told(
    place: Path, index: Path, name: str, words: tuple[str, ...], then: tuple[str, ...]
) -> Step:
    """What a command makes of an index, how long it takes, and what the night after makes of it."""
    before, path = place / f"{index.stem}-{name}-{time.time()}.db", place / "trial.db"
    for copy in (before, path):
        shutil.copy(index, copy)
    step = Step(name, words, before, [], then, [], 0.0, 0.0)
    start = time.perf_counter()
    with subprocess.Popen(step.line(path), stdout=subprocess.DEVNULL) as run:
        while reached(step, path) == NOTHING:
            time.sleep(0.001)
        entered = time.perf_counter()
    assert run.returncode == 0, step
    end = time.perf_counter()
    step = step._replace(seconds=end - start, works=end - entered, after=shape(path))
    if then:
        cli_says("run", path, *then)
    return step._replace(later=shape(path))


def first_pair(path: Path) -> tuple[str, str]:
    """A copied article, and one of another story on its day."""
    with closing(sqlite3.connect(path)) as db:
        (one,) = db.execute("select key from articles order by copy_group_id desc, id").fetchone()
        sql = "select b.key from articles as a join articles as b on b.story_id <> a.story_id"
        (other,) = db.execute(f"{sql} where a.key = ? order by b.id desc", (one,)).fetchone()
    return str(one), str(other)


def killed(step: Step, path: Path, chance: random.Random) -> str:
    """The command is killed, mostly while it works."""
    run = subprocess.Popen(step.line(path), stdout=subprocess.DEVNULL)
    if chance.random() < 0.1:
        time.sleep(chance.random() * step.seconds)
    else:
        while reached(step, path) == NOTHING and run.poll() is None:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 1.1) * step.works)
    run.send_signal(signal.SIGKILL)
    return f"killed, {reached(step, path)}" if run.wait() else "came too late"


def full(step: Step, path: Path, chance: random.Random) -> str:
    """The disk is full; what is on it afterwards is taken to a larger one."""
    disk = path.parent / "disk"
    disk.mkdir()
    size = path.stat().st_size + int(chance.uniform(0.05, 1.5) * 1e6)
    words = step.line(disk / path.name)
    shell = ["unshare", "--mount", "--map-root-user", "sh", "-c", SMALL_DISK.format(size=size)]
    run = subprocess.run([*shell, path.parent, disk, path, *words], capture_output=True, text=True)
    if run.returncode not in (0, 1) or "Traceback" in run.stderr:
        return f"WRONG: {run.returncode} {run.stderr}"
    return f"full, {reached(step, path)}" if run.returncode else "room enough"


def locked(step: Step, path: Path, chance: random.Random) -> str:
    """Another process writes."""
    start, lasts = chance.uniform(0, step.seconds), chance.uniform(0, 3 * WAITS)
    other = threading.Thread(target=hold, args=(path, start, lasts))
    other.start()
    run = subprocess.run(step.line(path), capture_output=True, text=True)
    other.join()
    if run.returncode == 4 and "another run is writing to it" in run.stderr:
        return f"said that it is locked, {reached(step, path)}"
    return f"WRONG: {run.stderr}" if run.returncode else "waited, or was not in its way"


def hold(path: Path, start: float, lasts: float) -> None:
    """Hold the lock for a while; what is written meanwhile is taken back."""
    time.sleep(start)
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as db:
        db.execute("begin immediate")
        if db.execute("select exists (select 1 from sqlite_master)").fetchone()[0]:
            db.execute("update stories set title = 'half done'")
        time.sleep(lasts)
        db.execute("rollback")


def read(step: Step, path: Path, chance: random.Random) -> str:
    """Others ask all the time."""
    hollow = path.with_name("hollow.db")  # what the first run of all makes first
    twicetold.Index.open(hollow, create=True).close()
    before = [{answer(path, words), answer(hollow, words)} for words in ASKED]
    run = subprocess.Popen(step.line(path), stdout=subprocess.DEVNULL)
    heard: list[tuple[int, str]] = []
    while run.poll() is None:
        number = chance.randrange(len(ASKED))
        heard.append((number, answer(path, ASKED[number])))
    after = [answer(path, words) for words in ASKED]
    strange = [said for number, said in heard if said not in before[number] | {after[number]}]
    if strange or run.returncode:
        return f"WRONG: {run.returncode} {strange[:1]}"
    return f"{'few' if len(heard) < 5 else 'five or more'} answers, all of before or after"


ACCIDENTS: dict[str, Callable[[Step, Path, random.Random], str]] = {
    "killed": killed,
    "full": full,
    "locked": locked,
    "read": read,
}


def answer(path: Path, words: tuple[str, ...]) -> str:
    """What a reading command prints."""
    result = CliRunner().invoke(cli, [words[0], str(path), *words[1:]], prog_name="twicetold")
    return f"{result.exit_code} {result.output}".replace(str(path), "news.db")


def reached(step: Step, path: Path) -> str:
    """How far a command came."""
    with closing(sqlite3.connect(step.before)) as old, closing(sqlite3.connect(path)) as db:
        sql = "select max(id), (select count(*) from articles) from runs"
        try:
            begun, held = db.execute(sql).fetchone()
        except sqlite3.OperationalError:
            return NOTHING
        empty = not old.execute("select exists (select 1 from sqlite_master)").fetchone()[0]
        before = (None, 0) if empty else old.execute(sql).fetchone()
        if begun == before[0]:
            return NOTHING
        sql = "select finished from runs where id = ?"
        (finished,) = db.execute(sql, (begun,)).fetchone()
    return "all done" if finished else "half done" if held != before[1] else "begun"


def mended(step: Step, path: Path) -> str:
    """Whether all is right when the command is said again, and after the night after it."""
    run = subprocess.run(step.line(path), capture_output=True, text=True)
    if run.returncode and "no article" not in run.stderr:
        return f"WRONG: {run.returncode} {run.stderr}"
    if shape(path) != step.after:
        return "WRONG: another shape"
    if step.then:
        cli_says("run", path, *step.then)
    if shape(path) != step.later:
        return "WRONG: another shape after the next night"
    cli_says("check", path)
    return "right"


def cli_says(name: str, path: Path, *words: str) -> None:
    """Say a command that has to go well; 3 tells of articles that were removed before."""
    result = CliRunner().invoke(cli, [name, str(path), *words], prog_name="twicetold")
    assert result.exit_code in (0, 3), result.output


def shape(path: Path) -> list[list[tuple[object, ...]]]:
    """What must be the same, whatever happened on the way."""
    with closing(sqlite3.connect(path)) as db:
        return [db.execute(sql).fetchall() for sql in SHAPE]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200, sys.argv[3:])

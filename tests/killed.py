"""What a command leaves behind when it is killed, at each moment that makes a difference.

    python killed.py INDEX COMMAND WORD ...

The command is run on copies of an index, INDEX.1, INDEX.2, …, and killed before the first statement
that begins or ends a transaction, before the second, and so on, until one comes to its end: what
happens inside of a transaction is never seen. COMMAND gets the copy as its first argument.
"""

import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

from twicetold.cli import cli

BORDERS = ("begin", "commit", "vacuum", "pragma wal_checkpoint")


def main(index: Path, command: str, words: list[str]) -> None:
    """Kill a command at a later moment each time, and leave copies, until it completes."""
    number, killed = 0, True
    while killed:
        number += 1
        copy = Path(f"{index}.{number}")
        if index.exists():
            shutil.copy(index, copy)
        child = os.fork()
        if child == 0:
            die_before(number)
            cli([command, str(copy), *words], standalone_mode=False)
            os._exit(0)
        killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def die_before(number: int) -> None:
    """Kill this process at the border with this number."""
    left, connect = number, sqlite3.connect

    def count(statement: str) -> None:
        nonlocal left
        left -= statement.startswith(BORDERS)
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(*given: object, **named: object) -> sqlite3.Connection:
        connection = connect(*given, **named)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = traced


main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])

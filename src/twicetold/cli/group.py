"""The group of all commands, and the one place where errors become messages."""

import json
import os
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import click

import twicetold

from ..errors import TwicetoldError
from ..report.safe_text import printable, printable_lines, safe_json
from .default_index import with_default_index

JSON_LOG = "twicetold.json_log"  # in the `meta` of a context: messages are JSON lines
_FAILED = 1  # exit code
_INTERRUPTED = 130


class Command(click.Command):
    """A command whose DB may be left out if TWICETOLD_DB names it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words of a command line."""
        return super().parse_args(ctx, with_default_index(self, ctx, args))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; words that are not UTF-8 are none of ours, but for file names."""
        ctx.params = {name: _as_utf8(value) for name, value in ctx.params.items()}
        return super().invoke(ctx)


class CommandLine(click.Group):
    """A group that turns the errors of its commands into a message and an exit code."""

    command_class = Command

    def make_context(self, *words: Any, **more: Any) -> click.Context:
        """Parse the command line; click would end with 1 if Ctrl-C comes here."""
        try:
            return super().make_context(*words, **more)
        except click.ClickException as error:
            raise _safe_to_show(error) from None
        except KeyboardInterrupt:
            sys.exit(_INTERRUPTED)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Only --debug shows a traceback."""
        _degrade_output()
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except click.ClickException as error:
            raise _safe_to_show(error) from None
        except (click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # the reader of our output has closed it
            _discard_output()
            ctx.exit(0)
        except KeyboardInterrupt:
            tell("interrupted; everything stored so far is safe", "error")
            ctx.exit(_INTERRUPTED)
        except Exception as error:
            if ctx.params["debug"]:
                raise
            tell(_message(error), "error")
            if isinstance(error, OSError):
                _discard_output()
            ctx.exit(getattr(error, "exit_code", _FAILED))


def _as_utf8(value: Any) -> Any:
    """Return a text, or the pairs of an option, in UTF-8; paths and lists of files as they are."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return tuple(tuple(map(_as_utf8, pair)) for pair in value)
    return value


def _safe_to_show(error: click.ClickException) -> click.ClickException:
    """Return an error of the command line, the words that it repeats made safe for a terminal."""
    message = printable_lines(error.format_message())
    error.format_message = lambda: message  # type: ignore[method-assign]
    return error


def log_event(event: str, **fields: object) -> None:
    """Write an event to stderr as a line of JSON."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    line = json.dumps({"at": at, "event": event, **fields}, ensure_ascii=False)
    click.echo(safe_json(line), err=True)


def tell(message: str, event: str = "note") -> None:
    """Write a message to stderr, as an event if messages are JSON lines."""
    if click.get_current_context().meta.get(JSON_LOG):
        log_event(event, message=message)
    else:
        click.echo(printable(message), err=True)


def _message(error: Exception) -> str:
    """Return what an error means to the person at the command line."""
    if isinstance(error, TwicetoldError):
        return str(error)
    if isinstance(error, MemoryError):
        return "out of memory; nothing that was stored is lost (read fewer files at once)"
    if isinstance(error, OSError):
        return f"{error.filename or 'output'}: {error.strerror or error}"
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(place.filename)}:{place.lineno}"
    finding = f"{type(error).__name__}: {error}"[:300]
    return f"a bug of twicetold, in {where}: {finding} (nothing stored is lost; --debug shows more)"


def _degrade_output() -> None:
    """Let a terminal that is not Unicode show '?' for what it can't show; none is none."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - it stays open
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace" if stream is sys.stdout else "backslashreplace")


def _discard_output() -> None:
    """Let nothing more be written to stdout, which is closed or full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=CommandLine,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "auto_envvar_prefix": "TWICETOLD",
    },
)
@click.version_option(twicetold.__version__, prog_name="twicetold")
@click.option("--debug", is_flag=True, help="Show a traceback if an error ends the command.")
def cli(debug: bool) -> None:
    """Which of these articles tell the same story, and who copied whom?

    \b
        twicetold run news.db sample_corpus/     read articles, find copies and stories
        twicetold stories news.db                list the most widely reported stories
        twicetold show news.db 1                 one story: outlets, times, copies
        twicetold why news.db 17 42              the evidence about two articles

    The environment can set any option: TWICETOLD_RUN_LANG=en is `run --lang en`. If TWICETOLD_DB
    names an index, DB can be left out.
    """

"""The group of all commands, and the one place where errors become messages."""

import os
import sys
from typing import Any

import click

import twicetold

from ..errors import TwicetoldError

_INTERRUPTED = 130  # exit code


class CommandLine(click.Group):
    """A group that turns the errors of its commands into a message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Only --debug, or a bug of ours, shows a traceback."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except TwicetoldError as error:
            if ctx.params["debug"]:
                raise
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("interrupted; everything stored so far is safe", err=True)
            ctx.exit(_INTERRUPTED)
        except BrokenPipeError:  # the reader of our output has closed it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


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

    The environment can set any option: TWICETOLD_RUN_LANG=en is `run --lang en`.
    """

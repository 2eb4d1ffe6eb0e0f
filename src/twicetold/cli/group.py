"""The group that all commands belong to."""

import click

import twicetold

from .options import CommandLine


@click.group(
    cls=CommandLine,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "auto_envvar_prefix": "TWICETOLD",
    },
)
@click.version_option(twicetold.__version__, prog_name="twicetold")
@click.option("--debug", is_flag=True, help="Show a traceback where an error ends the command.")
def cli(debug: bool) -> None:
    """Which of these articles tell the same story, and who copied whom?

    \b
        twicetold run news.db sample_corpus/     read, find copies and stories
        twicetold stories news.db                the most widely reported ones
        twicetold show news.db 1                 one story: outlets, times, copies
        twicetold why news.db 17 42              the evidence about two articles

    Options can be set by the environment: TWICETOLD_RUN_LANG=en.
    """

"""`python -m twicetold`: the command line."""

from .cli import cli

cli(prog_name="twicetold")

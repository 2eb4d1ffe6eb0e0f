"""The command line: each command parses, calls one function of the library, and prints.

What commands share is in `options`, the one door at which errors become a sentence among it.
"""

from . import judging
from . import maintenance as keeping
from . import reading as looking
from . import writing as nightly
from .group import cli

__all__ = ["cli", "judging", "keeping", "looking", "nightly"]

"""Every situation a caller can act on, one class each; `str(error)` is the whole sentence.

The form is `PLACE: FIELD FINDING (WHAT TO DO)`. The command line prints that sentence and ends
with `exit_code`; a library user reads the fields.
"""


class TwicetoldError(Exception):
    """The base: `place` (a file, a line, a command), `field`, `finding`, `hint`; '' where none."""

    exit_code = 1

    def __init__(self, place: str, finding: str, *, field: str = "", hint: str = "") -> None:
        super().__init__(place, finding, field, hint)
        self.place, self.finding, self.field, self.hint = place, finding, field, hint

    def __str__(self) -> str:
        said = f"{self.field} {self.finding}".strip()
        where = f"{self.place}: {said}" if self.place else said
        return f"{where} ({self.hint})" if self.hint else where


class ArticleError(TwicetoldError):
    """A field of an article is not what it should be; `field` and `reason` say which and why."""

    def __init__(self, field: str, finding: str, *, hint: str = "") -> None:
        super().__init__("", finding, field=field, hint=hint)

    @property
    def reason(self) -> str:
        """The finding with its way out, as `rejections.reason` keeps it."""
        return f"{self.finding} ({self.hint})" if self.hint else self.finding


class SourceError(TwicetoldError):
    """A source can't be read at all: no such file, no right to read it, no known format."""


class RejectedError(TwicetoldError):
    """With `--strict`: the first rejected article ends the run."""

    def __init__(self, rejection: object) -> None:
        super().__init__("", str(rejection), hint="without --strict it is only counted")


class NotFoundError(TwicetoldError):
    """The index holds no such article or story."""


class PrunedError(TwicetoldError):
    """The text of an article is asked for, and was pruned."""


class LockedError(TwicetoldError):
    """Another run is writing to the index."""

    exit_code = 4


class NoIndexError(TwicetoldError):
    """The file is absent, damaged, no index of ours, or newer than this program."""

    exit_code = 5

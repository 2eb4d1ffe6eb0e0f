"""One exception class for every situation that a caller can act on; `str(error)` is a sentence.

The sentence is `PLACE: FIELD FINDING (WHAT TO DO)`. The command line prints it and ends with
`exit_code`. A library user reads the fields.
"""


class TwicetoldError(Exception):
    """The base class: `place` (a file, a line), `field`, `finding` and `hint`; '' where absent."""

    exit_code = 1

    def __init__(self, place: str, finding: str, *, field: str = "", hint: str = "") -> None:
        # a finding may quote what was read: halves of characters can be neither stored nor printed
        place, finding = (text.encode("utf-8", "replace").decode() for text in (place, finding))
        super().__init__(place, finding, field, hint)
        self.place, self.finding, self.field, self.hint = place, finding, field, hint

    def __str__(self) -> str:
        sentence = f"{self.field} {self.finding}".strip()
        if self.place:
            sentence = f"{self.place}: {sentence}"
        return f"{sentence} ({self.hint})" if self.hint else sentence


class ArticleError(TwicetoldError):
    """A field of an article is missing or wrong; `field` and `reason` say which and why."""

    def __init__(self, field: str, finding: str, *, hint: str = "") -> None:
        super().__init__("", finding, field=field, hint=hint)

    @property
    def reason(self) -> str:
        """The finding with its hint, as `rejections.reason` stores it."""
        return f"{self.finding} ({self.hint})" if self.hint else self.finding


def describe(value: object) -> str:
    """Return a value of the wrong type for a message: a short one in quotes, else its type."""
    if value is None or isinstance(value, bool | int | float):
        try:
            return repr(str(value)[:40])
        except ValueError:  # an int of more digits than Python writes
            return "a long number"
    return type(value).__name__


class ArgumentError(TwicetoldError):
    """An argument of a library function has the wrong type or value; `field` is its name."""

    def __init__(self, field: str, finding: str, *, hint: str = "") -> None:
        super().__init__("", finding, field=field, hint=hint)


class SourceError(TwicetoldError):
    """A source cannot be read at all: it is absent, unreadable or of no known format."""


class RejectedError(TwicetoldError):
    """With `strict`, the first rejected article ends the run."""

    def __init__(self, rejection: object) -> None:
        super().__init__("", str(rejection), hint="without --strict it is only counted")


class NotFoundError(TwicetoldError):
    """The index holds no such article or story."""


class PrunedError(TwicetoldError):
    """The text of an article was pruned, and the question needs it."""


class ReadOnlyError(TwicetoldError):
    """The index can be read and not be written to."""


class LockedError(TwicetoldError):
    """Another run is writing to the index."""

    exit_code = 4


class OldModelError(TwicetoldError):
    """The index was clustered by a model with other features; `rebuild` brings it up to date."""


class NoIndexError(TwicetoldError):
    """The file is absent, damaged, not a twicetold index, or newer than this program."""

    exit_code = 5


def missing_extra(place: str, what: str, extra: str) -> TwicetoldError:
    """Return the error that something needs a library that comes with an extra."""
    return TwicetoldError(place, f"needs {what}", hint=f"pip install 'twicetold[{extra}]'")

"""What a request may take."""

from typing import NamedTuple


class Limits(NamedTuple):
    """What a request to the network may take."""

    seconds: float = 60.0  # as a whole, with redirects and robots.txt
    bytes: int = 20_000_000  # of an answer, unpacked
    pause: float = 1.0  # seconds between two requests to a host

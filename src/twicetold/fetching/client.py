"""One request at a time to a host, within limits, and only where robots.txt allows it.

Start reading at `PoliteClient.get`.

Source: RFC 9110 (conditional requests, Retry-After), RFC 9309 (robots.txt).
"""

import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple
from urllib.parse import urljoin

import httpcore
import httpx
from protego import Protego

from .connections import CheckedTransport, PrivateAddressError
from .connections import deadline as deadline_of_request
from .limits import Limits

MOST_REDIRECTS = 5
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_RETRY_AFTER = timedelta(days=7)  # that a server may ask for
_MAX_CRAWL_DELAY = 10.0  # seconds between two requests to a host, whatever robots.txt asks for
_ROBOTS_BYTES = 512_000  # RFC 9309, section 2.5: the rest need not be read
_ROBOTS_UNAVAILABLE = object()  # in place of the rules of a host
_IN_MEMORY = 1_000_000  # bytes of an answer; the rest is on the disk
_PIECE = 1 << 16


class FetchError(Exception):
    """A request failed; the text says why. `status` is that of HTTP, None without an answer."""

    def __init__(
        self, reason: str, status: int | None = None, wait: timedelta | None = None
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.wait = wait  # how long to leave the server alone; None: it does not say


class Answer(NamedTuple):
    """The answer to a request; the caller must close its file."""

    status: int  # 200 or 304
    url: str  # after redirects
    moved_to: str  # the new permanent url; '': it has not moved
    headers: Mapping[str, str]
    file: Any  # a binary file with the decoded body; None without a body


class PoliteClient:
    """A client for many threads: parallel across hosts, one request at a time to each."""

    def __init__(
        self,
        user_agent: str,
        *,
        allow_private: bool = False,
        limits: Limits | None = None,
        connections: int = 16,
    ) -> None:
        self._limits = limits or Limits()
        self._user_agent = user_agent
        self._http = httpx.Client(
            transport=CheckedTransport(allow_private=allow_private, connections=connections),
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
            timeout=min(20.0, self._limits.seconds),
            trust_env=False,
        )
        self._lock = threading.Lock()
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)

    def __enter__(self) -> "PoliteClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a request, after redirects. Raises FetchError.

        `moved_to` is set only if every redirect was permanent.
        """
        deadline = time.monotonic() + self._limits.seconds
        address, is_permanent = url, True
        for _ in range(MOST_REDIRECTS + 1):
            self._check_robots(address, deadline)
            answer = self._ask(address, headers or {}, deadline, self._limits.bytes)
            if answer.status not in _REDIRECTS:
                moved_to = address if is_permanent and address != url else ""
                return answer._replace(moved_to=moved_to)
            is_permanent = is_permanent and answer.status in _PERMANENT
            address = _target(address, answer.headers)
        raise FetchError(f"has more than {MOST_REDIRECTS} redirects", answer.status)

    def _check_robots(self, url: str, deadline: float) -> None:
        """Raise FetchError if robots.txt forbids a url, or could not be read."""
        host = self._host(url)
        with host.robots_lock:
            if host.robots is None:
                host.robots = self._read_robots(url, deadline)
        if host.robots is _ROBOTS_UNAVAILABLE:
            raise FetchError("has a robots.txt that can't be read, so nothing is asked for")
        if not host.robots.can_fetch(url, self._user_agent):
            raise FetchError("is forbidden by robots.txt")

    def _read_robots(self, url: str, deadline: float) -> Any:
        """Return the rules of a host; `_ROBOTS_UNAVAILABLE` if its server fails.

        Source: RFC 9309, section 2.3.1: a missing file allows everything, a failing server nothing.
        A host that cannot be reached raises FetchError as the page itself would.
        """
        address = urljoin(url, "/robots.txt")
        try:
            for _ in range(MOST_REDIRECTS + 1):
                answer = self._ask(address, {}, deadline, _ROBOTS_BYTES, is_cut=True)
                if answer.status not in _REDIRECTS:
                    with answer.file as file:
                        return Protego.parse(file.read().decode("utf-8", "replace"))
                address = _target(address, answer.headers)
        except FetchError as error:
            if error.status is None:
                raise
            is_missing = 300 <= error.status < 500 and error.status != 429
            return Protego.parse("") if is_missing else _ROBOTS_UNAVAILABLE
        return Protego.parse("")

    def _ask(
        self,
        url: str,
        headers: Mapping[str, str],
        deadline: float,
        most_bytes: int,
        *,
        is_cut: bool = False,
    ) -> Answer:
        """Return the answer to one request, also a redirect. Raises FetchError.

        A body of more bytes is cut with `is_cut`, else an error.
        """
        host = self._host(url)
        with host.lock:
            self._wait(host, deadline)
            deadline_of_request.set(deadline)  # which the connection reads
            try:
                with self._http.stream("GET", url, headers=dict(headers)) as response:
                    return _read(response, deadline, most_bytes, is_cut=is_cut)
            except PrivateAddressError as error:
                reason = f"is on a private network, {error} (allow that: --allow-private)"
                raise FetchError(reason, wait=timedelta()) from None
            except (httpx.TimeoutException, httpcore.TimeoutException):
                raise FetchError("takes too long to answer") from None
            except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol):
                raise FetchError("is not an http or https url") from None
            except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError) as error:
                raise FetchError(f"can't be reached: {error}") from None
            finally:
                host.last = time.monotonic()

    def _wait(self, host: "_Host", deadline: float) -> None:
        """Wait until a host may be asked again. Raises FetchError if that is too late."""
        pause = self._limits.pause
        if host.robots not in (None, _ROBOTS_UNAVAILABLE):
            pause = max(
                pause, min(host.robots.crawl_delay(self._user_agent) or 0, _MAX_CRAWL_DELAY)
            )
        ready = host.last + pause
        if ready > deadline:
            raise FetchError("takes too long to answer")
        time.sleep(max(0.0, ready - time.monotonic()))

    def _host(self, url: str) -> "_Host":
        parts = httpx.URL(url) if _is_web(url) else None
        if parts is None or not parts.host:
            raise FetchError("is not an http or https url")
        with self._lock:
            return self._hosts[f"{parts.scheme}://{parts.netloc.decode('ascii', 'replace')}"]


class _Host:
    """What is known of a host in this run."""

    def __init__(self) -> None:
        self.lock = threading.Lock()  # one request at a time
        self.robots_lock = threading.Lock()
        self.robots: Any = None
        self.last = -_MAX_CRAWL_DELAY  # `time.monotonic()` of the last request


def _read(response: httpx.Response, deadline: float, most_bytes: int, *, is_cut: bool) -> Answer:
    """Return the status, the headers and the body of a response. Raises FetchError."""
    status, headers = response.status_code, response.headers
    answer = Answer(status, str(response.url), "", headers, None)
    if status == 304 or status in _REDIRECTS:
        return answer
    if status != 200:
        raise FetchError(
            f"answers {status} {response.reason_phrase}".strip(), status, _retry_after(headers)
        )
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  the reader closes it
    try:
        count = 0
        for piece in _unpacked(response, deadline):
            if is_cut and count + len(piece) > most_bytes:
                file.write(piece[: most_bytes - count])
                break
            count += len(piece)
            if count > most_bytes:
                raise FetchError(f"has more than {most_bytes / 1e6:,.1f} MB", status)
            file.write(piece)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return answer._replace(file=file)


def _unpacked(response: httpx.Response, deadline: float) -> Iterator[bytes]:
    """Yield the body of a response in small pieces. Raises FetchError if it takes too long.

    httpx would unpack a whole piece of the network at once, which may be a bomb.
    """
    packed = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise FetchError(f"is encoded as {packed[:40]}, which was not asked for", 200)
    decompressor = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in packed else None
    for raw in response.iter_raw():
        if time.monotonic() > deadline:
            raise FetchError("takes too long to answer", 200)
        try:
            while raw:
                piece = raw if decompressor is None else decompressor.decompress(raw, _PIECE)
                raw = b"" if decompressor is None else decompressor.unconsumed_tail
                yield piece
        except zlib.error as error:
            raise FetchError(f"is damaged gzip: {error}", 200) from None


def _target(url: str, headers: Mapping[str, str]) -> str:
    """Return where a redirect leads. Raises FetchError if that is not http or https."""
    try:
        target = urljoin(url, headers.get("Location", "")).partition("#")[0]
    except ValueError:
        target = ""
    if not _is_web(target):
        raise FetchError("redirects to something that is not http or https")
    return target


def _is_web(url: str) -> bool:
    if not url.lower().startswith(("http://", "https://")):
        return False
    try:
        httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return False
    return True


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long a server asks to be left alone: seconds, or until a time."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal() and len(value) < 10:
        return min(timedelta(seconds=int(value)), _MAX_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - datetime.now(UTC), timedelta()), _MAX_RETRY_AFTER)

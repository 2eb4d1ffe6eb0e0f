"""Many requests at once: different hosts in parallel, so that a slow one delays no other.

Start reading at `download`.
"""

import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .client import Answer, FetchError, PoliteClient

HOSTS = 16  # that are asked at the same time
_WAITING = 32  # unread answers that are held at once


class Request(NamedTuple):
    """A request, with what it is for."""

    subject: Any
    url: str
    headers: Mapping[str, str] = {}


def download(
    client: PoliteClient, requests: Sequence[Request]
) -> Iterator[tuple[Request, Answer | FetchError]]:
    """Yield each request with its answer, or why there is none, in the order of their arrival.

    The file of an answer is the caller's to close.
    """
    by_host: dict[str, list[Request]] = {}
    for request in requests:
        by_host.setdefault(_host(request.url), []).append(request)
    answers: queue.Queue[tuple[Request, Answer | FetchError]] = queue.Queue(_WAITING)
    is_over = threading.Event()

    def ask(of_host: list[Request]) -> None:
        for request in of_host:
            if is_over.is_set():
                return
            answer = _answer(client, request)
            while not is_over.is_set():
                try:
                    answers.put((request, answer), timeout=1)
                    break
                except queue.Full:
                    continue

    with ThreadPoolExecutor(HOSTS) as pool:
        try:
            tasks = [pool.submit(ask, of_host) for of_host in by_host.values()]
            for _ in requests:
                yield answers.get()
            for task in tasks:
                task.result()
        finally:  # also if the caller wants no more
            is_over.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:  # of what is no url; the client says so
        return ""


def _answer(client: PoliteClient, request: Request) -> Answer | FetchError:
    try:
        return client.get(request.url, request.headers)
    except FetchError as error:
        return error
    except Exception as error:  # of a library, on what a hostile server sends
        return FetchError(f"can't be read: {type(error).__name__}: {str(error)[:200]}")

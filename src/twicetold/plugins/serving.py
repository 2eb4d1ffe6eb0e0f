"""Datasette on this machine, for one index. Start reading at `inspect`."""

import socket
from collections.abc import Callable
from pathlib import Path

from ..errors import TwicetoldError, missing_extra
from ..index import Index

HOST = "127.0.0.1"  # nobody else's machine reaches it


def inspect(path: str | Path, *, port: int = 8001, on_ready: Callable[[str], object] = str) -> None:
    """Serve an index by Datasette on this machine, read-only, until it is interrupted.

    `on_ready` is called with the address of the index once it can be opened; `port` 0 is any free
    port. Raises NoIndexError, and TwicetoldError if the port is taken or Datasette is missing.
    """
    with Index.open(path):  # an older one is brought up to date
        pass
    try:
        import uvicorn
        from datasette.app import Datasette
    except ImportError as error:
        raise missing_extra("inspect", "Datasette", "datasette") from error
    listening = _listen(port)
    served = Datasette([str(path)])
    (name,) = (name for name in served.databases if name != "_internal")
    address = f"http://{HOST}:{listening.getsockname()[1]}{served.urls.database(name)}"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            on_ready(address)

    config = uvicorn.Config(served.app(), log_level="warning", lifespan="on")
    Server(config).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    """Return a socket that listens on a port of this machine."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        hint = "choose another: --port 0 is any free one"
        raise TwicetoldError(
            f"{HOST}:{port}", f"can't be used: {error.strerror}", hint=hint
        ) from None
    return listening

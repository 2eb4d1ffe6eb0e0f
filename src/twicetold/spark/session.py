"""A session with an engine. Start reading at `open_session`."""

import os
import re
import socket
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from py4j.protocol import Py4JError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException, PythonException
from pyspark.sql import DataFrame, SparkSession

from ..errors import TwicetoldError
from ..sources.formats import format_by_name
from .reading import open_source

_LOCAL = {  # of an engine that is this process
    "spark.driver.memory": "4g",  # Spark's own default is too small for texts
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",  # an error is raised, too
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.files.maxPartitionBytes": "32m",  # of a few files; as many tasks for each core
}
_ALWAYS = {
    # a table may have the columns `title` and `Title`, and times in nanoseconds, as pandas writes
    "spark.sql.caseSensitive": "true",
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    # texts of 2 MB are possible, and a batch is held as a whole
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
}


_MASTER = re.compile(r"local(?:\[.*\])?$|yarn$|\w+://")
_NEEDS_JAVA = "it needs Java 17 or later (see JAVA_HOME): apt install default-jre-headless"
_PORT = 15002  # of Spark Connect
_FOLDER = "a folder must have Parquet files alone; lines of JSON need a pattern: 'folder/*.jsonl'"
_PATIENCE = 10  # seconds


@contextmanager
def open_session(
    master: str = "", remote: str = "", conf: Mapping[str, str] | None = None
) -> Iterator[SparkSession]:
    """Open a session, and close it in the end.

    `remote` is the address of a Spark Connect server, 'sc://host:15002', such as Spark's own or
    Sail's; `master` that of a cluster, or 'local[2]'. With neither, spark-submit says where to run,
    else it is this machine. `conf` are settings of Spark. Raises TwicetoldError if the engine
    cannot be started or reached.
    """
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    builder = SparkSession.builder.appName("twicetold")
    is_submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if remote:
        _check_reachable(remote)
        builder = builder.remote(remote)
    elif master and not _MASTER.match(master):
        raise TwicetoldError(
            "master", f"'{master}' is none", hint="local[2], yarn, spark://host:7077"
        )
    elif master or not is_submitted:
        builder = builder.master(master or "local[*]")
    is_local = not remote and not is_submitted and (master or "local").startswith("local")
    if is_local:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    for name, value in ((_LOCAL if is_local else {}) | _ALWAYS | dict(conf or {})).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkException as error:
        hint = _NEEDS_JAVA if error.getCondition() == "JAVA_GATEWAY_EXITED" else ""
        finding = f"can't be started: {reason_of(error)}"
        raise TwicetoldError(remote or "Spark", finding, hint=hint) from error
    try:
        yield session
    finally:
        session.stop()


def open_sources(session: SparkSession, sources: Sequence[str]) -> dict[str, DataFrame]:
    """Return the rows of sources by their names. Raises TwicetoldError for a missing one."""
    frames = {}
    for source in sources:
        try:
            frames[source] = open_source(session, source)
            frames[source].schema  # noqa: B018 - it is looked for only now
        except (PySparkException, Py4JError) as error:
            if isinstance(error, PySparkException) and error.getCondition() == "PATH_NOT_FOUND":
                hint = "the folder OUT is named first, then the sources"
                raise TwicetoldError(source, "does not exist", hint=hint) from error
            hint = "" if format_by_name(source) else _FOLDER
            finding = f"can't be read: {reason_of(error)}"
            raise TwicetoldError(source, finding, hint=hint) from error
    return frames


@contextmanager
def plain_errors() -> Iterator[None]:
    """Raise TwicetoldError, with the reason alone, for what the engine cannot read or write."""
    try:
        yield
    except PythonException as error:  # of our code in a worker
        if "No module named 'twicetold'" not in str(error):
            raise
        hint = "install it where the workers run: pip install 'twicetold[spark]'"
        raise TwicetoldError("Spark", "its workers have no twicetold", hint=hint) from error
    except (PySparkException, Py4JError) as error:
        raise TwicetoldError("Spark", reason_of(error)) from error


def reason_of(error: Exception) -> str:
    """Return what an error of an engine says, without its codes and stack."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    # of Java's errors: ': org.apache.spark.SparkException: [CODE] The reason. SQLSTATE: 12345'
    told = next((line for line in lines if "Exception: " in line), lines[0] if lines else "")
    reason = told.partition("Exception: ")[2] or told
    if reason.startswith("["):
        reason = reason.partition("] ")[2] or reason
    return reason.partition(" SQLSTATE:")[0].strip()[:300]


def _check_reachable(remote: str) -> None:
    """Raise TwicetoldError for a server that does not listen: the client would try for minutes."""
    address = urlsplit(remote)
    try:
        if address.scheme != "sc" or not address.hostname:
            raise TwicetoldError("remote", f"'{remote}' is no address", hint="sc://host:15002")
        where = address.hostname, address.port or _PORT
        socket.create_connection(where, timeout=_PATIENCE).close()
    except (OSError, ValueError) as error:
        raise TwicetoldError(remote, f"can't be reached: {error}") from None

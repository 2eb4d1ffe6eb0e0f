"""A session with an engine. Start reading at `open_session`."""

import os
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from ..errors import TwicetoldError
from .reading import open_source

_LOCAL = {  # of an engine that is this process
    "spark.driver.memory": "4g",  # Spark's own default is too small for texts
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.files.maxPartitionBytes": "32m",  # of a few files; as many tasks for each core
}
_ALWAYS = {
    # texts of 2 MB are possible, and a batch is held as a whole
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
}


@contextmanager
def open_session(
    master: str = "", remote: str = "", conf: Mapping[str, str] | None = None
) -> Iterator[SparkSession]:
    """Open a session, and close it in the end if it is an engine of this process.

    `remote` is the address of a Spark Connect server, 'sc://host:15002', such as Spark's own or
    Sail's; `master` that of a cluster, or 'local[2]'. With neither, spark-submit says where to run,
    else it is this machine. `conf` are settings of Spark. Raises TwicetoldError without a Java.
    """
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    builder = SparkSession.builder.appName("twicetold")
    is_submitted = "SPARK_SUBMIT_OPTS" in os.environ or "SPARK_ENV_LOADED" in os.environ
    if remote:
        builder = builder.remote(remote)
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
        hint = "Spark needs Java 17 or later: apt install default-jre-headless"
        raise TwicetoldError("Spark", "can't be started", hint=hint) from error
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
        except PySparkException as error:
            raise TwicetoldError(source, f"can't be read: {_first_line(error)}") from error
    return frames


def _first_line(error: PySparkException) -> str:
    return str(error).strip().splitlines()[0][:200]

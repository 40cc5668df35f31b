"""A Spark Connect server that `SPARK_REMOTE` names: whether it answers, and whether it suits this project."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import pyspark
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.connect.client import DefaultChannelBuilder

from larder.errors import LarderError
from larder.redaction import redact
from larder.spark.home import EXTENSIONS

VARIABLE = "SPARK_REMOTE"
ANSWER_SECONDS = 20
UNSET = "or unset SPARK_REMOTE to run Spark in this process"


def check_answers(url: str) -> None:
    """Check that a server answers at a URL such as `sc://localhost:15002`.

    Spark's client itself repeats a first request for ten minutes.

    Raises:
        LarderError: the URL is not one, or no server answers.
    """
    try:
        builder = DefaultChannelBuilder(url)
    except (PySparkException, ValueError) as error:
        raise LarderError(
            f"SPARK_REMOTE is not the URL of a Spark Connect server, such as sc://localhost:15002: {error}"
        ) from error
    channel = builder.toChannel()
    try:
        grpc.channel_ready_future(channel).result(timeout=ANSWER_SECONDS)
    except grpc.FutureTimeoutError as error:
        raise LarderError(
            f"SPARK_REMOTE: no Spark Connect server answers at {builder.endpoint} within {ANSWER_SECONDS} s; "
            f"see that it runs (on this machine: `larder spark start`) and that TLS is on at both ends or at "
            f"none, {UNSET}"
        ) from error
    finally:
        channel.close()


def check_suits(session: SparkSession) -> None:
    """Check that a session's server lets us in, has our version of Spark, and Iceberg with our catalog.

    Raises:
        LarderError: it does not; with what to change.
    """
    atexit.register(_leave, session)
    version = session.version
    if version.split(".")[:2] != pyspark.__version__.split(".")[:2]:
        raise LarderError(
            f"SPARK_REMOTE: the server has Spark {version}, and this project pyspark "
            f"{pyspark.__version__}; use a server of that version, {UNSET}"
        )
    if EXTENSIONS not in (session.conf.get("spark.sql.extensions", "") or ""):
        raise LarderError(
            f"SPARK_REMOTE: the server runs without Iceberg's SQL; start it with "
            f"spark.sql.extensions={EXTENSIONS}"
        )
    session.sql("show namespaces").collect()


@contextmanager
def explained() -> Iterator[None]:
    """Turn errors of a server into one line that says what to change.

    Raises:
        LarderError: the server gave an error.
    """
    try:
        yield
    except PySparkException as error:
        raise LarderError(f"SPARK_REMOTE: {_explain(str(error))}") from error


def _explain(message: str) -> str:
    """What a server's error means for whoever starts it."""
    first = redact(message.strip().splitlines()[0])
    if "UNAUTHENTICATED" in message or "Invalid authentication token" in message:
        return "the server refuses the token; see that SPARK_REMOTE has its token (`;token=…`)"
    if "CATALOG_NOT_FOUND" in message or "PLUGIN_CLASS_NOT_FOUND" in message:
        return (
            f"the server lacks the jar of the catalog's class ({first}); put the jars of "
            f"requirements/jars.txt on its class path"
        )
    return f"the server cannot use the catalog: {first}"


def _leave(session: SparkSession) -> None:
    """Release the session at the end of the process, with what still runs in it."""
    try:
        session.stop()
    except PySparkException:
        # The server has gone, and the session with it.
        return

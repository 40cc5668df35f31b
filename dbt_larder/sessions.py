"""The Spark session that dbt's connections in this process share, and its settings."""

import re
from collections.abc import Mapping
from functools import wraps
from typing import Any

from dbt.adapters.spark.connections import SparkConnectionManager
from dbt.adapters.spark.session import Cursor, SessionConnectionWrapper
from dbt_common.exceptions import DbtRuntimeError
from pyspark.errors import AnalysisException, PySparkRuntimeError
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from dbt_larder.invocation import environment
from larder.errors import LarderError
from larder.publication.branch import SESSION, VARIABLE
from larder.spark.session import interrupt, open_session

# dbt-spark turns ANSI mode off on every connection, whatever `profiles.yml` says. Without it an overflow or a
# bad cast is a silent NULL.
SETTINGS = {"spark.sql.ansi.enabled": "true"}
COMMENTS = r"(?:\s|/\*.*?\*/)*"
# A statement that sets one setting, after dbt's comment.
SET = re.compile(COMMENTS + r"set\s+([\w.]+)\s*=\s*(\S+)\s*", re.IGNORECASE | re.DOTALL)
QUERY = re.compile(COMMENTS + r"(?:select|with)\b", re.IGNORECASE | re.DOTALL)


class Shared:
    """The session, with the settings that it has: dbt-spark sets all of them again for each statement."""

    session: SparkSession | None = None
    settings: Mapping[str, Any] | None = None


def set_up() -> None:
    """Give each session that dbt opens in this process our settings. Repeating it changes nothing."""
    manager: Any = SparkConnectionManager
    cursor: Any = Cursor
    wrapper: Any = SessionConnectionWrapper
    open_connection = manager.open.__func__
    if getattr(open_connection, "has_settings", False):
        return

    def open_with_settings(cls: Any, connection: Any) -> Any:
        branch = environment().get(VARIABLE)
        connection.credentials.server_side_parameters |= SETTINGS | ({SESSION: branch} if branch else {})
        if not branch:
            leave_branch()
        return open_connection(cls, connection)

    # PySpark would print each error in full as JSON, besides the one line that dbt prints.
    PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True
    open_with_settings.has_settings = True  # type: ignore[attr-defined]
    manager.open = classmethod(open_with_settings)
    cursor.execute = wraps(cursor.execute)(_execute)
    wrapper.cancel = wraps(wrapper.cancel)(_cancel)


def leave_branch() -> None:
    """Take this process's session off the branch of an earlier command: there is one session for all."""
    Shared.settings = None
    try:
        SparkSession.active().conf.unset(SESSION)
    except PySparkRuntimeError:
        # No statement has started a session yet.
        return


def _execute(cursor: Any, sql: str, *parameters: Any) -> None:
    """Run a statement in the shared session; in dbt-spark, each sets up the session again."""
    if parameters:
        sql = sql % parameters
    session = _shared_session(cursor.server_side_parameters)
    found = SET.fullmatch(sql)
    if found and str(cursor.server_side_parameters.get(found[1])).lower() == found[2].lower():
        cursor._df = None
        return
    if found:
        # The next statement sets all of ours again, as dbt-spark does before each.
        Shared.settings = None
    try:
        cursor._df = session.sql(sql)
        if QUERY.match(sql):
            # A server analyzes a query when it is first asked about it.
            cursor._df.schema  # noqa: B018
    except AnalysisException as error:
        raise DbtRuntimeError(str(error)) from error


def _shared_session(settings: Mapping[str, Any]) -> SparkSession:
    if not Shared.session or settings != Shared.settings:
        try:
            Shared.session, Shared.settings = open_session(settings), dict(settings)
        except LarderError as error:
            raise DbtRuntimeError(str(error)) from error
    return Shared.session


def _cancel(_connection: Any) -> None:
    """Stop what the session runs: dbt cancels all connections when it is interrupted."""
    if Shared.session:
        interrupt(Shared.session)

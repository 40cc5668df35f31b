"""The Spark session that dbt's connections in this process share, and its settings."""

import re
from collections.abc import Mapping
from typing import Any

from dbt.adapters.spark.connections import SparkConnectionManager
from dbt.adapters.spark.session import Cursor
from dbt_common.exceptions import DbtRuntimeError
from pyspark.errors import AnalysisException, PySparkRuntimeError
from pyspark.sql import SparkSession

from dbt_larder.invocation import environment
from larder.publication.branch import SESSION, VARIABLE

# dbt-spark turns ANSI mode off on every connection, whatever `profiles.yml` says. Without it an overflow or a
# bad cast is a silent NULL.
SETTINGS = {"spark.sql.ansi.enabled": "true"}
# A statement that sets one setting, after dbt's comment.
SET = re.compile(r"(?:\s|/\*.*?\*/)*set\s+([\w.]+)\s*=\s*(\S+)\s*", re.IGNORECASE | re.DOTALL)


class Shared:
    """The session, with the settings that it has: dbt-spark sets all of them again for each statement."""

    session: SparkSession | None = None
    settings: Mapping[str, Any] | None = None


def set_up() -> None:
    """Give each session that dbt opens in this process our settings. Repeating it changes nothing."""
    manager: Any = SparkConnectionManager
    cursor: Any = Cursor
    open_connection, execute = manager.open.__func__, cursor.execute
    if getattr(open_connection, "has_settings", False):
        return

    def open_with_settings(cls: Any, connection: Any) -> Any:
        branch = environment().get(VARIABLE)
        connection.credentials.server_side_parameters |= SETTINGS | ({SESSION: branch} if branch else {})
        if not branch:
            leave_branch()
        return open_connection(cls, connection)

    def execute_with_settings(self: Any, sql: str, *parameters: Any) -> None:
        found = SET.fullmatch(sql)
        if not Shared.session or parameters or self.server_side_parameters != Shared.settings:
            execute(self, sql, *parameters)
            Shared.session, Shared.settings = self._df.sparkSession, dict(self.server_side_parameters)
            return
        if found and str(Shared.settings.get(found[1])).lower() == found[2].lower():
            self._df = None
            return
        if found:
            # The next statement sets all of ours again, as dbt-spark does before each.
            Shared.settings = None
        try:
            self._df = Shared.session.sql(sql)
        except AnalysisException as error:
            raise DbtRuntimeError(str(error)) from error

    open_with_settings.has_settings = True  # type: ignore[attr-defined]
    manager.open = classmethod(open_with_settings)
    cursor.execute = execute_with_settings


def leave_branch() -> None:
    """Take this process's session off the branch of an earlier command: there is one session for all."""
    Shared.settings = None
    try:
        SparkSession.active().conf.unset(SESSION)
    except PySparkRuntimeError:
        # On a cluster, this process has no session.
        return

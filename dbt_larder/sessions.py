"""The settings of each Spark session that dbt opens."""

from typing import Any

from dbt.adapters.spark.connections import SparkConnectionManager
from pyspark.errors import PySparkRuntimeError
from pyspark.sql import SparkSession

from dbt_larder.invocation import environment
from larder.publication.branch import SESSION, VARIABLE

# dbt-spark turns ANSI mode off on every connection, whatever `profiles.yml` says. Without it an overflow or a
# bad cast is a silent NULL.
SETTINGS = {"spark.sql.ansi.enabled": "true"}


def set_up() -> None:
    """Give each session that dbt opens in this process our settings. Repeating it changes nothing."""
    manager: Any = SparkConnectionManager
    original = manager.open.__func__
    if getattr(original, "has_settings", False):
        return

    def open_with_settings(cls: Any, connection: Any) -> Any:
        branch = environment().get(VARIABLE)
        connection.credentials.server_side_parameters |= SETTINGS | ({SESSION: branch} if branch else {})
        if not branch:
            leave_branch()
        return original(cls, connection)

    open_with_settings.has_settings = True  # type: ignore[attr-defined]
    manager.open = classmethod(open_with_settings)


def leave_branch() -> None:
    """Take this process's session off the branch of an earlier command: there is one session for all."""
    try:
        SparkSession.active().conf.unset(SESSION)
    except PySparkRuntimeError:
        # On a cluster, this process has no session.
        return

"""A dbt plugin, which dbt finds by its name (`dbt_*`): how every dbt command of this project uses Spark.

dbt loads it in `larder run`, in a bare `dbt build`, in `edr` and in sqlfluff alike.
"""

from dbt.plugins.manager import dbtPlugin

from dbt_larder import sessions


class LarderPlugin(dbtPlugin):
    """Settings of Spark sessions that dbt-spark does not leave to `profiles.yml`."""

    def initialize(self) -> None:
        """Set up, once per process."""
        sessions.set_up()


plugins = [LarderPlugin]

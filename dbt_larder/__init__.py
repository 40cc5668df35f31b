"""A dbt plugin, which dbt finds by its name (`dbt_*`): how every dbt command of this project uses Spark.

dbt loads it in `larder run`, in a bare `dbt build`, in `edr` and in sqlfluff alike.
"""

from dbt.plugins.manager import dbtPlugin

from dbt_larder import publishing, sessions


class LarderPlugin(dbtPlugin):
    """Settings that dbt-spark does not leave to `profiles.yml`, and a branch to build on."""

    def initialize(self) -> None:
        """Set up a dbt command."""
        sessions.set_up()
        publishing.set_up(self.project_name)


plugins = [LarderPlugin]

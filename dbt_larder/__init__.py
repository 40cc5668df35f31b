"""A dbt plugin, which dbt finds by its name (`dbt_*`): how every dbt command of this project uses Spark.

dbt loads it in `larder run`, in a bare `dbt build`, in `edr` and in sqlfluff alike.
"""

from dbt.plugins.manager import dbtPlugin

from dbt_larder import combined_tests, known_columns, known_freshness, publishing, sessions


class LarderPlugin(dbtPlugin):
    """Settings that `profiles.yml` cannot have, fewer statements, and a branch to build on."""

    def initialize(self) -> None:
        """Set up a dbt command."""
        sessions.set_up()
        known_columns.set_up()
        known_freshness.set_up()
        combined_tests.set_up()
        publishing.set_up(self.project_name)


plugins = [LarderPlugin]

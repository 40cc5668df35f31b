"""Build a scratch project twice: with a statement for each data test, and with one for all tests of a model.

    python -m tests.unit.combined_builds <folder>

Runs in a process of its own, since it changes what dbt's classes do. `<folder>/project` is the project,
`<folder>/outcomes.json` has, by "each" and "combined", the tests' statuses and numbers of failures by name,
and the statements of tests.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any
from unittest import mock

from dbt.adapters.spark.connections import SparkConnectionManager
from dbt.cli.main import dbtRunner

from dbt_larder import combined_tests


def build() -> dict[str, Any]:
    """Build the project; returns what became of the tests, and the statements that ran."""
    statements: list[str] = []
    add_query = SparkConnectionManager.add_query

    def note(self: Any, sql: str, *arguments: Any, **options: Any) -> Any:
        statements.append(sql)
        return add_query(self, sql, *arguments, **options)

    with mock.patch.object(SparkConnectionManager, "add_query", note):
        done = dbtRunner().invoke(["--quiet", "build"])
    results: Any = done.result
    return {
        "tests": {
            one.node.name: [str(one.status), one.failures]
            for one in results.results
            if one.node.resource_type == "test"
        },
        "statements": [sql for sql in statements if combined_tests.DBT_ALIAS in sql or "count_if(" in sql],
    }


def main(folder: Path) -> None:
    """Build twice, and save the outcomes."""
    os.chdir(folder / "project")
    combined = build()
    with mock.patch.object(combined_tests, "_is_usual", return_value=False):
        each = build()
    (folder / "outcomes.json").write_text(json.dumps({"each": each, "combined": combined}, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

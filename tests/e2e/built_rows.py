"""Build some models as dbt does, and keep what their views then hold; one start of Spark.

Usage: python -m tests.e2e.built_rows SELECTOR FILE: a pickled dict of models' rows, and of nodes' outcomes.
"""

import pickle
import sys
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner


def main(selector: str, file: Path) -> None:
    """Parse without a warning, build, read, write."""
    dbt = dbtRunner()
    parsed = dbt.invoke(["--warn-error", "parse", "--no-partial-parse"])
    if not parsed.success:
        sys.exit(f"{parsed.exception}")
    built: Any = dbt.invoke(["build", "--select", *selector.split()])
    outcomes = {result.node.unique_id: str(result.status) for result in built.result}
    from pyspark.sql import SparkSession  # noqa: PLC0415 dbt has started it

    spark = SparkSession.builder.getOrCreate()
    rows = {
        result.node.name: [row.asDict() for row in spark.table(f"silver.{result.node.name}").collect()]
        for result in built.result
        if result.node.resource_type == "model"
    }
    file.write_bytes(pickle.dumps({"outcomes": outcomes, "rows": rows}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

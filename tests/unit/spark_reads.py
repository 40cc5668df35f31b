"""Writes a table into the warehouse of each state folder named, then has Spark read it and write beside it.

python -m tests.unit.spark_reads <state folder> ...

Prints JSON: per state folder the files that Spark wrote, and what pyiceberg reads of them. One JVM for all,
with a session of its own for each folder, since a session keeps the catalog that it first used.
"""

import json
import os
import sys
from typing import Any

import pyarrow as pa

from larder.lake.catalog import BRONZE, catalog
from larder.lake.tables import append
from larder.runtime import spark


def through_spark(home: str) -> dict[str, Any]:
    """Append to `bronze.numbers` by pyiceberg, copy it by Spark, read the copy by pyiceberg."""
    os.environ["LARDER_HOME"] = home
    catalog().create_namespace_if_not_exists(BRONZE)
    append("numbers", pa.table({"number": [1, 2, 3]}))
    session = spark.session().newSession()
    for key, value in spark.parameters().items():
        if key.startswith("spark.sql.catalog.larder"):
            session.conf.set(key, value)
    session.sql("create table bronze.copied using iceberg as select * from bronze.numbers")
    copied = catalog().load_table((BRONZE, "copied"))
    return {
        "files": copied.inspect.data_files()["file_path"].to_pylist(),
        "numbers": sorted(copied.scan().to_arrow()["number"].to_pylist()),
    }


if __name__ == "__main__":
    print(json.dumps({home: through_spark(home) for home in sys.argv[1:]}))

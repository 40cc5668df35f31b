"""Write a table to the warehouse of each state folder, then have Spark read it and write a copy.

python -m tests.unit.spark_round_trip <state folder> ...

Prints JSON: per state folder the files that Spark wrote, and what pyiceberg reads from them. There is one JVM
for all, with a session for each folder, since a session keeps the catalog that it first used.
"""

import json
import os
import sys
from typing import Any

import pyarrow as pa

from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.tables import append
from larder.spark import session as spark


def round_trip(home: str) -> dict[str, Any]:
    """Append to `bronze.numbers` with pyiceberg, copy it with Spark, read the copy with pyiceberg."""
    os.environ["LARDER_HOME"] = home
    open_catalog().create_namespace_if_not_exists(BRONZE)
    append("numbers", pa.table({"number": [1, 2, 3]}))
    session = spark.session().newSession()
    for key, value in spark.parameters().items():
        if key.startswith("spark.sql.catalog.larder"):
            session.conf.set(key, value)
    session.sql("create table bronze.copied using iceberg as select * from bronze.numbers")
    copied = open_catalog().load_table((BRONZE, "copied"))
    return {
        "files": copied.inspect.data_files()["file_path"].to_pylist(),
        "numbers": sorted(copied.scan().to_arrow()["number"].to_pylist()),
    }


if __name__ == "__main__":
    print(json.dumps({home: round_trip(home) for home in sys.argv[1:]}))

"""Look into the branch of a build with Spark: queries on it, and what it would change for readers."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from larder.errors import LarderError
from larder.publication.unpublished import Changed
from larder.spark import session as spark

ROWS = 50  # shown of a query at most


@dataclass(frozen=True)
class Difference:
    """How many rows of a table the publication would add, remove and change.

    A changed row has a key that is there before and after; without a known key it is removed and added.
    """

    added: int
    removed: int
    changed: int


def show_query(branch: str, sql: str) -> None:
    """Print the first rows of a query; tables are read on the branch.

    Views of silver are the published ones; a build's own are in the schema of the branch's name.

    Raises:
        LarderError: Spark does not accept the query.
    """
    with spark.on_branch(branch) as session:
        try:
            session.sql(sql).show(ROWS, truncate=False)
        except PySparkException as error:
            raise LarderError(
                f"the query failed ({error.getCondition() or type(error).__name__}): correct it"
            ) from error


def compare(changed: Changed, key: Sequence[str] = ()) -> Difference:
    """How a branch's table differs from the published one; reads only files that differ, if it can."""
    session = spark.session()
    if changed.published_id is None:
        return Difference(changed.branch_rows, 0, 0)
    if changed.is_upon:
        changes = (
            session.read.option("start-snapshot-id", str(changed.published_id))
            .option("end-snapshot-id", str(changed.branch_id))
            .table(f"{changed.table}.changes")
        )
        return _count(
            changes.withColumn("_step", f.when(f.col("_change_type") == "INSERT", 1).otherwise(-1)), key
        )
    versions = [
        session.read.option("snapshot-id", str(snapshot_id))
        .table(changed.table)
        .withColumn("_step", f.lit(step))
        for snapshot_id, step in ((changed.branch_id, 1), (changed.published_id, -1))
    ]
    return _count(versions[0].unionByName(versions[1], allowMissingColumns=True), key)


def _count(changes: DataFrame, key: Sequence[str]) -> Difference:
    """Net changes: a rewritten file removes rows and adds the same ones again."""
    columns = [name for name in changes.columns if not name.startswith("_")]
    net = changes.groupBy(*columns).agg(f.sum("_step").alias("_net")).where("_net != 0")
    sums = [
        f.sum(f.greatest("_net", f.lit(0))).alias("added"),
        f.sum(f.least("_net", f.lit(0))).alias("removed"),
    ]
    if key:
        by_key = net.groupBy(*key).agg(*sums)
        both = f.when((f.col("added") > 0) & (f.col("removed") < 0), f.least("added", -f.col("removed")))
        by_key = by_key.withColumn("changed", f.coalesce(both, f.lit(0)))
    else:
        by_key = net.agg(*sums).withColumn("changed", f.lit(0))
    row = by_key.agg(*(f.coalesce(f.sum(name), f.lit(0)) for name in ("added", "removed", "changed"))).first()
    added, removed, both_counted = row if row else (0, 0, 0)
    return Difference(added - both_counted, -removed - both_counted, both_counted)

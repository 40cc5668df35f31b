"""What the tables of the lake hold, as one number per table: equal for equal rows in any order."""

import duckdb

from larder.lake.catalog import open_catalog

LAYERS = ("bronze", "silver", "gold")
# The record of loads has a row for each load, also for one that was killed.
LOGS = {"bronze.load_log"}
# When and by which load a row arrived, or became due or left: it differs between runs.
LOAD_COLUMNS = r"^_|loaded_at$|^(due|left)_at$"


def checksums() -> dict[str, str]:
    """Row count and checksum over all business columns of each table that has rows, by its name."""
    catalog = open_catalog()
    found = {}
    for layer in LAYERS:
        for name in catalog.list_tables(layer):
            table = catalog.load_table(name)
            label = ".".join(name)
            if label in LOGS or not table.current_snapshot():
                continue
            rows = table.scan().to_arrow()
            columns = f"columns(lambda name: not regexp_matches(name, '{LOAD_COLUMNS}'))"
            with duckdb.connect() as database:
                database.register("found", rows)
                query = f"select count(*), sum(hash(business)) from (select {columns} from found) as business"
                ((count, checksum),) = database.sql(query).fetchall()
            if count:
                found[label] = f"{count} rows, {checksum}"
    return found

"""Close the open records of the quarantine whose key has come to Bronze since, with values that are good."""

from larder.landing.replays.bronze_lookup import DELETED, Columns, find_in_bronze, quote
from larder.quarantine import records

# The columns of open records that are read.
WAITING = ("record_id", "key_json", "rule", "payload_json", "last_seen_at")


def close_come_good(source: str, resource: str, table: str, key: tuple[str, ...], cursor: str | None) -> int:
    """Close open records as resolved if a later load has brought their key to Bronze.

    With a cursor, the row in Bronze must not be an earlier version than the record. A tombstone is not a good
    row. Only rows that were loaded since the oldest of the records was last seen are read.

    Args:
        source: the source's name.
        resource: the resource, as records name it.
        table: the Bronze table.
        key: the key's columns; without a key, nothing comes good.
        cursor: the column of the row's version; None if there is none.

    Returns:
        How many records were closed.
    """
    if not key:
        return 0
    conditions = ["loaded._loaded_at > waiting.__last_seen_at", f"loaded.{DELETED} is not true"]
    if cursor:
        conditions.append(f"(__version is null or loaded.{quote(cursor)} >= __version)")
    waiting = records.find_open(source, resource, WAITING)
    bounds = {"_loaded_at": "min(__last_seen_at)"}
    good = find_in_bronze(waiting, table, Columns(key, cursor), conditions, bounds)
    return records.close(good, "resolved")

"""The list of erased persons, without their ids: their rows do not come back if a source still sends them.

`ops.erasures` has a keyed hash (HMAC-SHA256) per erased household. Its key is the file `erasure.key` in the
state folder, for its owner only, or `LARDER_ERASURE_KEY`. Ids are few, so whoever has both the key and the
table can find out by trial whether an id was erased; whoever has only the table cannot.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from larder import settings
from larder.errors import LarderError
from larder.files import write_private
from larder.lake import tables
from larder.lake.catalog import open_catalog
from larder.lake.columnar import pc, repeat
from larder.landing.conversion.batch import Batch
from larder.landing.erasure_policy import COLUMN, NEUTRAL, REASSIGNED

NAMESPACE, ERASURES = "ops", "erasures"
COLUMNS: dict[str, pa.DataType] = {
    "id_hash": pa.string(),
    "key_fingerprint": pa.string(),
    "erased_at": pa.timestamp("us", "UTC"),
}
SCHEMA = pa.schema(list(COLUMNS.items()))


@dataclass(frozen=True)
class Suppression:
    """The hashes of the erased ids, and the key of these hashes."""

    hashes: frozenset[str]
    key: bytes

    def covers(self, household_id: Any) -> bool:
        """Whether a household was erased; its id may be a number or its text."""
        return household_id is not None and hash_id(self.key, household_id) in self.hashes


def suppress_rows(table: str, typed: Batch, sent: Batch) -> tuple[Batch, Batch]:
    """The rows of a delivery without erased households; sales stay, with the neutral household.

    Args:
        table: the Bronze table.
        typed: the rows with Bronze's types.
        sent: the same rows as they were sent.

    Raises:
        LarderError: this machine does not have the key of the list.
    """
    known = read_suppression() if COLUMN in typed.rows.column_names else None
    if known is None:
        return typed, sent
    values = typed.rows[COLUMN]
    erased = [one for one in pc.unique(values).to_pylist() if known.covers(one)]
    if not erased:
        return typed, sent
    is_erased = pc.is_in(values, pa.array(erased, values.type))
    if table in REASSIGNED:
        return _reassign(typed, is_erased), _reassign(sent, is_erased)
    places = pc.indices_nonzero(pc.invert(is_erased))
    return typed.take(places), sent.take(places)


def read_suppression() -> Suppression | None:
    """The list; None if nobody was ever erased.

    Raises:
        LarderError: this machine does not have the key of the list.
    """
    rows = tables.rows_where(ERASURES, tables.ALL, ("id_hash", "key_fingerprint"), NAMESPACE)
    if rows is None or rows.num_rows == 0:
        return None
    key = _read_key()
    if key is None or {_fingerprint(key)} != set(rows["key_fingerprint"].to_pylist()):
        raise LarderError(
            f"ops.erasures: the key of this list of erased households is not on this machine, so their rows "
            f"could come back. Copy {_key_file().name} of the state folder in which `larder erase` ran to "
            f"{_key_file()}, or set LARDER_ERASURE_KEY, then run this again."
        )
    return Suppression(frozenset(filter(None, rows["id_hash"].to_pylist())), key)


def suppress(household_id: int) -> None:
    """Add a household to the list, if it is not on it.

    Raises:
        LarderError: this machine does not have the key of the list.
    """
    known = read_suppression()
    key = known.key if known else _ensure_key()
    if known and known.covers(household_id):
        return
    row = {
        "id_hash": hash_id(key, household_id),
        "key_fingerprint": _fingerprint(key),
        "erased_at": datetime.now(UTC),
    }
    open_catalog().create_namespace_if_not_exists(NAMESPACE)
    tables.append(ERASURES, pa.Table.from_pylist([row], schema=SCHEMA), NAMESPACE)


def hash_id(key: bytes, value: Any) -> str:
    """The keyed hash of an id, which may be a number or its text."""
    return hmac.new(key, str(value).encode(), hashlib.sha256).hexdigest()


def _reassign(batch: Batch, is_erased: Any) -> Batch:
    """The rows, with the neutral household in some of them."""
    place = batch.rows.schema.get_field_index(COLUMN)
    if place < 0:
        return batch
    values = batch.rows[COLUMN]
    neutral = repeat(NEUTRAL, pa.int64(), len(values)).cast(values.type)
    changed = pc.if_else(is_erased, neutral, values)
    rows = batch.rows.set_column(place, batch.rows.schema.field(place), changed)
    return replace(batch, rows=rows)


def _key_file() -> Path:
    return settings.home() / "erasure.key"


def _read_key() -> bytes | None:
    given = os.environ.get("LARDER_ERASURE_KEY")
    if given:
        return given.encode()
    return _key_file().read_bytes() if _key_file().exists() else None


def _ensure_key() -> bytes:
    if (known := _read_key()) is not None:
        return known
    settings.home().mkdir(parents=True, exist_ok=True)
    write_private(_key_file(), secrets.token_hex(32))
    return _key_file().read_bytes()


def _fingerprint(key: bytes) -> str:
    """Which key it is, without the key."""
    return hashlib.sha256(b"fingerprint" + key).hexdigest()[:16]

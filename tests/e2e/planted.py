"""Personal values that appear nowhere else, planted in the shop, and where they turn up.

Each value is a text that no other value contains, so that a plain search finds it in any file.
"""

import re
from base64 import b64decode
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pyarrow.parquet as pq

from demo import state
from demo.postgres_server import ADMIN

# Households: a valid one; one whose basket arrives first; one whose basket is rejected; one that is rejected
# since its time is in the future; and one that comes twice, with other values.
KNOWN, LATE, REJECTED, FUTURE, TWICE = 918273641, 918273642, 918273643, 918273644, 918273645
IDS = (KNOWN, LATE, REJECTED, FUTURE, TWICE)
BAND = "zebra-crossing"
VALUES = (*map(str, IDS), BAND)
NOON, LATER = datetime(2017, 12, 28, 12, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC)
# A quoted text, such as the data of Elementary's report.
BASE64 = re.compile(rb"""["']((?:[A-Za-z0-9+/]{4}){10,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)["']""")
# The layers whose tables may hold personal values.
LAYERS = ("bronze", "silver", "gold", "quarantine")


def plant(home: Path) -> None:
    """Insert the households and baskets, but not the household that is late."""
    with _shop(home) as shop:
        shop.execute("alter table households drop constraint households_pkey")
        shop.execute("alter table baskets alter column store_id drop not null")
        for household_id, updated_at in ((KNOWN, NOON), (FUTURE, LATER), (TWICE, NOON)):
            _add_household(shop, household_id, updated_at)
        _add_household(shop, TWICE, NOON, "another")
        for basket_id, household_id in enumerate((KNOWN, LATE), 9_000_000_000):
            shop.execute(
                "insert into baskets select %s, %s, min(store_id), %s, 'completed', %s from stores",
                (basket_id, household_id, NOON, NOON),
            )
            shop.execute(
                "insert into basket_lines select %s, min(product_id), 1, 100, 0, 0, 0, %s from products",
                (basket_id, NOON),
            )
        shop.execute(
            "insert into baskets values (9000000009, %s, null, %s, 'voided', %s)", (REJECTED, NOON, NOON)
        )


def add_late_household(home: Path) -> None:
    """Insert the household whose basket is already there."""
    with _shop(home) as shop:
        _add_household(shop, LATE, NOON)


def search(content: str | bytes) -> list[str]:
    """The planted values in a text or in a file's bytes."""
    content = content.encode() if isinstance(content, str) else content
    return [value for value in VALUES if value.encode() in content]


def outputs(folder: Path) -> list[Path]:
    """All files but those of the tables that may hold personal values, and of the retailer itself."""
    kept = [folder / "home" / "demo", *(folder / "home" / "warehouse" / layer for layer in LAYERS)]
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if not any(path.is_relative_to(one) for one in kept)]


def search_files(files: Iterable[Path]) -> dict[Path, list[str]]:
    """The planted values in files, names included; those with none are left out."""
    return {path: values for path in files if (values := search(_decode(path)) + search(path.name))}


def _decode(path: Path) -> bytes:
    """A file's bytes, and what is in its base64 texts; of a Parquet file its rows as text."""
    if path.suffix == ".parquet":
        return repr(pq.read_table(path).to_pylist()).encode()
    content = path.read_bytes()
    if path.parent.name == "storage" and path.parent.parent.name == "prefect":
        return b64decode(content)  # a result that Prefect keeps
    return b"\n".join([content, *(b64decode(text) for text in BASE64.findall(content))])


def _shop(home: Path) -> "psycopg.Connection[tuple[object, ...]]":
    running = state.load(home)
    assert running is not None
    database = running.database
    assert database is not None
    return psycopg.connect(database.url(ADMIN, database.admin_password, "shop"))


def _add_household(
    shop: "psycopg.Connection[tuple[object, ...]]", household_id: int, at: datetime, prefix: str = "a"
) -> None:
    bands = [f"{prefix} {BAND} {column}" for column in range(7)]
    shop.execute(
        "insert into households values (%s, %s, %s, %s, %s, %s, %s, %s, %s)", (household_id, *bands, at)
    )

"""What becomes of a person's rows, table by table.

By default a row that names the person is deleted. Sales stay, for the totals: their household becomes the
neutral household 0, which all erased households share. Rules are by table name, so they hold in the schemas
of developers, too.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

# The column that names the person, in each table of each layer.
COLUMN = "household_id"
# The household of all that were erased. No shop may use this number.
NEUTRAL = 0

# Events, which stay and get the neutral household.
REASSIGNED = frozenset(
    {
        "shop_baskets",
        "stg_shop__baskets",
        "fct_baskets",
        "fct_basket_lines",
        "marketing_coupon_redemptions",
        "stg_marketing__coupon_redemptions",
    }
)

# Sums per household and the rest of the key, which are added to those of the neutral household.
MERGED = {"household_sales_monthly": ("month_date",)}

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

# Tables that other tables' households must be found in: they get a row for the neutral household that is not
# current, a tombstone in Bronze or a closed version, so that it is in no dimension.
PLACEHOLDERS: dict[str, dict[str, Any]] = {
    "shop_households": {"_is_deleted": True},
    "snap_shop__households": {"dbt_valid_to": LONG_AGO + timedelta(days=1)},
}


def build_placeholder(table: str, schema: pa.Schema) -> pa.Table:
    """The row of the neutral household, of a table in `PLACEHOLDERS`.

    Its times are long ago: no high-water mark moves.
    """
    row = {field.name: _neutral_value(field) for field in schema} | PLACEHOLDERS[table] | {COLUMN: NEUTRAL}
    return pa.Table.from_pylist([row], schema=schema)


def _neutral_value(field: Any) -> Any:
    if pa.types.is_timestamp(field.type):
        return LONG_AGO if field.type.tz else LONG_AGO.replace(tzinfo=None)
    if pa.types.is_date(field.type):
        return date(1970, 1, 1)
    # Keys of versions and loads are never null; attributes of a person are.
    is_key = not field.nullable or field.name in ("dbt_scd_id", "_dlt_load_id")
    return "neutral" if is_key else None

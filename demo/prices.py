"""Products with their shelf price and its real changes through the year.

The shelf price is derived from the lines: the day's median of (sales value + retail discount + coupon match
discount) / quantity. It holds until a day on which the product sold at a different price.
"""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from demo.calendar import FIRST_DATE, to_day
from demo.tables import DAY_US, NEVER, SHOP, to_table


def product_history(products: pa.Table, lines: pd.DataFrame) -> pa.Table:
    """The versions of `products`: one from the year's first day, and one for each price change."""
    products = products.sort_by("product_id")
    ids = products["product_id"].to_numpy()
    prices = daily_prices(lines)
    prices = prices[prices["product_id"].isin(ids)]
    same_product = prices["product_id"] == prices["product_id"].shift()
    opening = prices[~same_product].set_index("product_id")["price_cents"]
    changes = prices[same_product & (prices["price_cents"] != prices["price_cents"].shift())]

    row = np.concatenate([np.arange(len(ids)), np.searchsorted(ids, changes["product_id"].to_numpy())])
    day = np.concatenate([np.full(len(ids), to_day(FIRST_DATE)), changes["day"].to_numpy()])
    first_prices = pa.array(opening.reindex(ids), from_pandas=True).cast(pa.int32())
    price = pa.concat_arrays([first_prices, pa.array(changes["price_cents"].to_numpy(), pa.int32())])

    in_version_order = np.lexsort((day, row))
    row, day = row[in_version_order], day[in_version_order]
    replaced = np.full(len(row), NEVER)
    has_next = row[1:] == row[:-1]
    replaced[:-1][has_next] = day[1:][has_next]
    versions: dict[str, Any] = {name: products[name].take(pa.array(row)) for name in products.column_names}
    versions |= {"shelf_price_cents": price.take(pa.array(in_version_order))}
    # Prices change at the start of a day, so that all sales of the day are at one price.
    versions |= {"updated_at": day * DAY_US, "visible_on": day, "replaced_on": replaced}
    table = to_table(versions, SHOP["products"])
    return table.take(pc.sort_indices(table, [("visible_on", "ascending"), ("product_id", "ascending")]))


def daily_prices(lines: pd.DataFrame) -> pd.DataFrame:
    """product_id, day and price_cents (the median, rounded half up) for each day a product sold."""
    sold = lines[lines["quantity"] > 0]
    full_value = (
        sold["sales_value_cents"] + sold["retail_discount_cents"] + sold["coupon_match_discount_cents"]
    )
    each = sold[["product_id", "day"]].assign(price=full_value / sold["quantity"])
    prices = each.groupby(["product_id", "day"], as_index=False).median()
    prices["price_cents"] = np.floor(prices["price"] + 0.5).astype(np.int32)
    return prices[["product_id", "day", "price_cents"]].query("price_cents > 0")

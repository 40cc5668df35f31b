"""The marketing API (HTTP, bearer token): campaigns, their households, coupons and redemptions; daily.

Pages follow their `next` links from `updated_since` on. 429 and 5xx are retried with exponential backoff, or
after the delay in `Retry-After`, at most a minute (dlt's client, `.dlt/config.toml`).

What was deleted is found by reading an endpoint whole. For three of them that is a page or two, so each run
does it. Coupons are two dozen pages, so only a Monday's run does.

Configuration: `SOURCES__MARKETING__BASE_URL`, `SOURCES__MARKETING__API_TOKEN`.
Run it alone: `larder ingest marketing`.
"""

import calendar
from typing import Any

import dlt
from dlt.sources import DltResource
from dlt.sources.rest_api import rest_api_resources

from larder.landing.columns import columns
from larder.landing.hints import compare_keys
from larder.landing.http import NextLinkPaginator

# Redemptions and coupons refer to the shop's households and products.
LOADED_AFTER = ("shop",)

PAGE_SIZE = 5000
ENDPOINTS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "campaigns": (
        ["campaign_id"],
        columns(
            bigint=["campaign_id"],
            text=["campaign_type", "status"],
            date=["start_date", "end_date"],
        ),
    ),
    "campaign-households": (
        ["campaign_id", "household_id"],
        columns(bigint=["campaign_id", "household_id"]),
    ),
    "coupons": (
        ["coupon_id"],
        columns(bigint=["coupon_upc", "product_id", "campaign_id"], text=["coupon_id"]),
    ),
    "coupon-redemptions": (
        ["redemption_id"],
        columns(
            bigint=["redemption_id", "household_id", "coupon_upc", "campaign_id"], date=["redemption_date"]
        ),
    ),
}


@dlt.source
def marketing(base_url: str = dlt.config.value, api_token: str = dlt.secrets.value) -> list[DltResource]:
    """The API's four endpoints, each a table of versions."""
    since = {"type": "incremental", "cursor_path": "updated_at"}
    resources = rest_api_resources(
        {
            "client": {
                "base_url": base_url,
                "auth": {"type": "bearer", "token": api_token},
                "paginator": NextLinkPaginator(),
            },
            "resource_defaults": {
                "endpoint": {"data_selector": "data", "params": {"limit": PAGE_SIZE, "updated_since": since}}
            },
            "resources": [
                {
                    "name": path.replace("-", "_"),
                    "primary_key": key,
                    "columns": fields | columns(timestamp=["updated_at"]),
                    "endpoint": {"path": f"/v1/{path}"},
                }
                for path, (key, fields) in ENDPOINTS.items()
            ],
        }
    )
    for resource in resources:
        weekday = calendar.MONDAY if resource.name == "coupons" else None
        resource.apply_hints(additional_table_hints=compare_keys(weekday))
    return resources

"""The marketing API (HTTP, bearer token): campaigns, their households, coupons and redemptions; once a day.

Pages follow their `next` links from `updated_since` on; 429 and 5xx are retried with growing pauses, or
after the pause that `Retry-After` asks for (dlt's client).

Configuration: `SOURCES__MARKETING__BASE_URL`, `SOURCES__MARKETING__API_TOKEN`.
Run it alone: `larder ingest marketing`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa
from dlt.common.data_types import TDataType
from dlt.sources.helpers.requests import ConnectionError as Unreachable
from dlt.sources.helpers.requests import HTTPError
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

from ingest.config import setting
from ingest.errors import IngestError, SourceChanged, SourceUnavailable
from ingest.feed import Feed, Unit

PAGE_SIZE = 5000
ARROW = {
    "bigint": pa.int64(),
    "text": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
}
ENDPOINTS: dict[str, tuple[tuple[str, ...], dict[str, TDataType]]] = {
    "campaigns": (
        ("campaign_id",),
        {
            "campaign_id": "bigint", "campaign_type": "text", "start_date": "date", "end_date": "date",
            "status": "text",
        },
    ),
    "campaign-households": (
        ("campaign_id", "household_id"),
        {"campaign_id": "bigint", "household_id": "bigint"},
    ),
    "coupons": (
        ("coupon_id",),
        {"coupon_id": "text", "coupon_upc": "bigint", "product_id": "bigint", "campaign_id": "bigint"},
    ),
    "coupon-redemptions": (
        ("redemption_id",),
        {
            "redemption_id": "text", "household_id": "bigint", "coupon_upc": "bigint",
            "campaign_id": "bigint", "redemption_date": "date",
        },
    ),
}  # fmt: skip


@contextmanager
def feeds() -> Iterator[list[list[Feed]]]:
    """The API's feeds, in one step: all four endpoints are read before anything is loaded."""
    client = RESTClient(
        base_url=setting("marketing", "base_url"),
        auth=BearerTokenAuth(token=setting("marketing", "api_token")),
        paginator=JSONLinkPaginator(next_url_path="next"),
        data_selector="data",
    )
    yield [
        [
            Feed(
                f"marketing_{path.replace('-', '_')}",
                {**columns, "updated_at": "timestamp"},
                key,
                partial(_pages, client, path, {**columns, "updated_at": "timestamp"}),
            )
            for path, (key, columns) in ENDPOINTS.items()
        ]
    ]


def _pages(
    client: RESTClient, path: str, columns: dict[str, TDataType], since: datetime | None
) -> Iterator[Unit]:
    """Yield each page of an endpoint as one Arrow table, columns in the contract's types."""
    params: dict[str, Any] = {"limit": PAGE_SIZE}
    if since:
        params["updated_since"] = since.isoformat()
    where = f"marketing API {client.base_url}/v1/{path}"
    try:
        for page in client.paginate(f"/v1/{path}", params=params):
            if page:
                yield [_table(list(page), columns, where)]
    except HTTPError as error:
        status = error.response.status_code if error.response is not None else "nothing"
        if status in (401, 403):
            raise IngestError(
                f"{where} refused the token ({status}); check SOURCES__MARKETING__API_TOKEN, "
                f"then run the date again"
            ) from error
        raise SourceUnavailable(
            f"{where} answered {status} to every try; see the server's log, then run the date again"
        ) from error
    except Unreachable as error:
        raise SourceUnavailable(
            f"{where} does not answer; see that it is up (the demo's: `larder demo status`) and that "
            f"SOURCES__MARKETING__BASE_URL is right, then run the date again"
        ) from error
    except ValueError as error:
        raise IngestError(
            f"{where} sent a page that is not valid JSON ({error}); nothing of it was loaded, "
            f"run the date again once the API is well"
        ) from error


def _table(page: list[dict[str, Any]], columns: dict[str, TDataType], where: str) -> pa.Table:
    """One page as Arrow: contract columns in their types, new ones as they come."""
    vanished = [name for name in columns if any(name not in row for row in page)]
    if vanished:
        raise SourceChanged(
            f"{where} no longer sends {', '.join(vanished)}; bring it back, or change the contract in "
            f"ingest/marketing.py and the models that read it, then run the date again"
        )
    table = pa.Table.from_pylist(page)
    for index, name in enumerate(table.column_names):
        if name in columns:
            table = table.set_column(index, name, table[name].cast(ARROW[columns[name]]))
    return table

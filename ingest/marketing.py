"""The marketing API (HTTP, bearer token): campaigns, their households, coupons and redemptions; once a day.

Pages follow their `next` links from `updated_since` on; 429 and 5xx are retried with growing pauses, or
after the pause that `Retry-After` asks for, a minute at most (dlt's client, `.dlt/config.toml`).

Configuration: `SOURCES__MARKETING__BASE_URL`, `SOURCES__MARKETING__API_TOKEN`.
Run it alone: `larder ingest marketing`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import pyarrow as pa
from dlt.sources.helpers.requests import Response
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

from ingest import marketing_errors
from larder.config import setting
from larder.errors import IngestError, SourceChanged
from larder.landing import contract
from larder.landing.contract import Columns
from larder.landing.feed import Feed, Unit
from larder.redaction import foreign

PAGE_SIZE = 5000
ENDPOINTS: dict[str, tuple[tuple[str, ...], Columns]] = {
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
            "redemption_id": "bigint", "household_id": "bigint", "coupon_upc": "bigint",
            "campaign_id": "bigint", "redemption_date": "date",
        },
    ),
}  # fmt: skip


@contextmanager
def feeds() -> Iterator[list[list[Feed]]]:
    """The API's feeds, in one step: all four endpoints are read before anything is loaded.

    Raises:
        IngestError: a setting is missing or cannot be used.
    """
    client = RESTClient(
        base_url=_base_url(),
        auth=BearerTokenAuth(token=_token()),
        paginator=JSONLinkPaginator(next_url_path="next"),
        data_selector="data",
    )
    yield [
        [
            Feed(
                f"marketing_{path.replace('-', '_')}",
                {**columns, "updated_at": "timestamp"},
                key,
                partial(_endpoint, client, path, {**columns, "updated_at": "timestamp"}),
            )
            for path, (key, columns) in ENDPOINTS.items()
        ]
    ]


def _base_url() -> str:
    url = setting("marketing", "base_url")
    if not re.match(r"https?://[^/]", url):
        raise IngestError(
            "marketing API: SOURCES__MARKETING__BASE_URL is no URL; set it to something like "
            "https://api.example.com, then run the date again"
        )
    return url


def _token() -> str:
    token = setting("marketing", "api_token")
    if not (token.isascii() and token.isprintable()):
        raise IngestError(
            "marketing API: SOURCES__MARKETING__API_TOKEN holds a line break or another character that no "
            "HTTP header can carry; set it anew, then run the date again"
        )
    return token


def _endpoint(client: RESTClient, path: str, columns: Columns, since: datetime | None) -> Iterator[Unit]:
    """Yield an endpoint's rows as one Arrow table, so that they are loaded whole or not at all."""
    params: dict[str, Any] = {"limit": PAGE_SIZE}
    if since:
        params["updated_since"] = since.isoformat()
    where = f"marketing API {client.base_url}/v1/{path}"
    with marketing_errors.answering(where):
        answers = [
            _rows(page.response, where, client.base_url)
            for page in client.paginate(f"/v1/{path}", params=params)
        ]
    try:
        pages = [_table(rows, columns, where) for rows in answers if rows]
        if pages:
            # A new field may be missing or null in some pages: their rows have null there.
            yield [_without_unknown(pa.concat_tables(pages, promote_options="permissive"))]
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        raise SourceChanged(
            f"{where} sends a value of another type ({foreign(error)}); {contract.REMEDY}"
        ) from error


def _rows(response: Response, where: str, base_url: str) -> list[dict[str, Any]]:
    """The rows of an answer. One that does not look as agreed must not pass for an empty one."""
    body = response.json()
    rows, following = (body.get("data"), body.get("next", 0)) if isinstance(body, dict) else (None, None)
    if not (
        isinstance(rows, list)
        and all(isinstance(row, dict) for row in rows)
        and (following is None or isinstance(following, str))
    ):
        raise SourceChanged(f'{where} no longer answers {{"data": [rows], "next": link}}; {contract.REMEDY}')
    # The token would go along to wherever the link leads.
    if urlsplit(urljoin(response.url, following or ""))[:2] != urlsplit(base_url)[:2]:
        raise IngestError(
            f"{where} links its next page at another address, which is not given the token; see to "
            f"SOURCES__MARKETING__BASE_URL or tell the API's owners, then run the date again"
        )
    return rows


def _table(rows: list[dict[str, Any]], columns: Columns, where: str) -> pa.Table:
    """A page as Arrow: the contract's columns in their types, new fields as they come."""
    if vanished := [name for name in columns if any(name not in row for row in rows)]:
        raise SourceChanged(f"{where} no longer sends {', '.join(vanished)}; {contract.REMEDY}")
    fields = dict.fromkeys(name for row in rows for name in row)
    table = pa.table({name: pa.array([row.get(name) for row in rows]) for name in fields})
    # JSON has numbers and text: dates and times are text, and a number in their place is a mistake.
    sent: Columns = {name: "bigint" if kind == "bigint" else "text" for name, kind in columns.items()}
    contract.check(sent, table.schema, where)
    return contract.cast(columns, table)


def _without_unknown(table: pa.Table) -> pa.Table:
    """The table without new fields that are null in every row: their type is not known yet."""
    unknown = [column.name for column in table.schema if pa.types.is_null(column.type)]
    return table.drop_columns(unknown)

"""Rows as pages of JSON from an HTTP API, with fields of one kind, of several, or missing."""

import json
from typing import Any

from dlt.sources.rest_api import rest_api_resources
from hypothesis import strategies as st

from tests.unit.fuzz import values
from tests.unit.fuzz.sent import Column, Delivery, Json
from tests.unit.pages_stub import TOKEN, PagesStub

KINDS: dict[str, st.SearchStrategy[Any]] = {
    "whole": values.integers(-(2**64), 2**64),
    "small": values.integers(-100, 100),
    "number": values.floats(is_finite=True),
    "boolean": st.booleans(),
    "text": values.texts(has_surrogate=True),
    "date": values.dates().map(str),
    "object": values.objects(),
    "null": st.none(),
}
KINDS["numbers"] = st.one_of(KINDS["small"], KINDS["number"])
KINDS["scalar"] = values.json_values()
KINDS["anything"] = st.one_of(KINDS["scalar"], KINDS["object"])


@st.composite
def columns(draw: st.DrawFn, row_count: int) -> Column:
    """A field in so many rows, null in some and missing in some."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    value = st.one_of(KINDS[kind], KINDS[kind], KINDS[kind], st.none(), st.just(...))
    given = draw(st.lists(value, min_size=row_count, max_size=row_count))
    return Column(kind, given, [_meaning(one) for one in given])


def resource(stub: PagesStub, table: str, delivery: Delivery) -> Any:
    """A resource of dlt's `rest_api` that reads the rows from a server."""
    rows = [
        {"id": key} | {name: column.given[place] for name, column in delivery.columns.items()}
        for place, key in enumerate(delivery.ids())
    ]
    page = json.dumps([{name: value for name, value in row.items() if value is not ...} for row in rows])
    stub.pages[f"/{table}"] = lambda _: page
    config: Any = {
        "client": {"base_url": stub.base_url, "auth": {"type": "bearer", "token": TOKEN}},
        "resources": [
            {
                "name": table,
                "primary_key": "id",
                "endpoint": {"path": table, "paginator": "single_page", "data_selector": "$"},
            }
        ],
    }
    return rest_api_resources(config)[0]


def _meaning(value: Any) -> Any:
    if value is ...:
        return None
    return Json(value) if isinstance(value, dict | list) else value

"""APIs: pages that are not JSON, links that lead nowhere or astray, answers that are not rows."""

from collections.abc import Callable
from typing import Any

from dlt.sources.rest_api import rest_api_resources

from larder.landing.columns import columns
from larder.landing.http import NextLinkPaginator
from tests.unit.bad_input.case import Delivery, Place
from tests.unit.bad_input.deliveries import new_records
from tests.unit.raw_api import Sent, page

TOKEN = "a-secret-token"
FIELDS = columns(bigint=["id"], optional=columns(text=["value"]))
Parameters = dict[str, str]
Answer = Callable[[Place, Parameters], Sent]


def api(
    answer: Answer, *ids: Any, selector: str = "data", paginator: Any = None, **endpoint: Any
) -> Delivery:
    """The rows of an API that answers each request so."""

    def resource(place: Place) -> Any:
        place.answers(lambda parameters: answer(place, parameters))
        config: Any = {
            "client": {
                "base_url": place.base_url,
                "auth": {"type": "bearer", "token": TOKEN},
                "paginator": paginator or NextLinkPaginator(rows=selector),
            },
            "resources": [
                {
                    "name": place.table,
                    "primary_key": "id",
                    "columns": FIELDS,
                    "endpoint": {"path": "v1/people", "data_selector": selector, **endpoint},
                }
            ],
        }
        return rest_api_resources(config)[0]

    return Delivery(resource, new_records(ids))


def always(sent: Sent, *ids: Any, **options: Any) -> Delivery:
    """An API with one answer."""
    return api(lambda place, parameters: sent, *ids, **options)


def text(body: str | bytes, content_type: str | None = "application/json") -> Sent:
    """A page as it is written."""
    return Sent(body if isinstance(body, bytes) else body.encode(), content_type)


def people(*ids: int, value: Any = "Ann", link: Any = None) -> Sent:
    """A page of rows."""
    return page({"data": [{"id": one, "value": value} for one in ids], "next": link})


def two_pages(link: Callable[[Place], str], *ids: Any) -> Delivery:
    """The first page links to a second one, which is the end."""
    return api(lambda place, asked: people(2) if "page" in asked else people(1, link=link(place)), *ids)

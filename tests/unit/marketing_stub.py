"""A marketing API in a thread of the test, which gives the answers that the test sets."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.unit.http_stub import QuietHandler, serve

TOKEN = "a-secret-token"
UPDATED_AT = "2017-03-01T08:00:00+00:00"


@dataclass(frozen=True)
class Answer:
    """The answer to a request; a body that is not a string is sent as JSON."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A request: endpoint (such as `campaigns`), parameters, authorization."""

    endpoint: str
    parameters: dict[str, str]
    authorization: str | None


def page(*rows: dict[str, Any], following: str | None = None) -> Answer:
    """A successful answer with these rows."""
    return Answer({"data": list(rows), "next": following})


def campaign(campaign_id: int, updated_at: str = UPDATED_AT, **changes: Any) -> dict[str, Any]:
    """A campaign as the API sends it."""
    sent = {
        "campaign_id": campaign_id,
        "campaign_type": "Type A",
        "start_date": "2017-03-03",
        "end_date": "2017-04-09",
        "status": "announced",
        "updated_at": updated_at,
    }
    return sent | changes


def member(household_id: int, **changes: Any) -> dict[str, Any]:
    """A household of a campaign as the API sends it."""
    return {"campaign_id": 1, "household_id": household_id, "updated_at": UPDATED_AT} | changes


class MarketingStub:
    """Keeps the requests; answers each endpoint from `answers`, and any other one with no rows.

    A list of answers is used one by one, and its last one repeats; a function is called with the request.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.requests: list[Request] = []
        self.answers: dict[str, list[Answer] | Callable[[Request], Answer]] = {}

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        plan = self.answers.get(request.endpoint, [page()])
        if callable(plan):
            return plan(request)
        return plan.pop(0) if len(plan) > 1 else plan[0]

    def requests_to(self, endpoint: str) -> list[Request]:
        """The requests to one endpoint, in order."""
        return [request for request in self.requests if request.endpoint == endpoint]


@contextmanager
def serve_marketing() -> Iterator[MarketingStub]:
    """Serve a stub on a free port until the block ends."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            parameters = {name: values[0] for name, values in parse_qs(url.query).items()}
            request = Request(url.path.rpartition("/")[2], parameters, self.headers["Authorization"])
            answer = stub.answer(request)
            text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

    with serve(Handler) as address:
        stub = MarketingStub(address)
        yield stub

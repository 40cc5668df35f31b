"""An HTTP API in a thread of the test, whose answers are bytes: whatever a server may send."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.unit.http_stub import QuietHandler, serve


@dataclass(frozen=True)
class Sent:
    """An answer. `length` is the length that the server declares; None for the right one."""

    body: bytes = b""
    content_type: str | None = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


def page(value: Any, **headers: str) -> Sent:
    """A value as JSON."""
    return Sent(json.dumps(value).encode(), headers={name.title(): text for name, text in headers.items()})


@dataclass
class RawApi:
    """Answers every request by `answer`, a function of its parameters, and keeps the requests."""

    base_url: str
    answer: Callable[[dict[str, str]], Sent]
    paths: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    @property
    def port(self) -> str:
        """The port it listens on."""
        return self.base_url.rpartition(":")[2]


@contextmanager
def serve_raw(answer: Callable[[dict[str, str]], Sent]) -> Iterator[RawApi]:
    """Serve on a free port until the block ends."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            api.paths.append(self.path)
            api.tokens.append(self.headers["Authorization"])
            sent = api.answer(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))
            self.send_response(sent.status)
            if sent.content_type:
                self.send_header("Content-Type", sent.content_type)
            for name, value in sent.headers.items():
                self.send_header(name, value)
            length = len(sent.body) if sent.length is None else sent.length
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(sent.body)
            self.close_connection = True

    with serve(Handler) as address:
        api = RawApi(address, answer)
        yield api

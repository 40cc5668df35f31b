"""An HTTP API in a thread of the test: each path a function from parameters to a page."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.unit.http_stub import QuietHandler, serve

TOKEN = "a-secret-token"
# What is answered: a page (JSON, or a text as it is), or a status.
Answer = Callable[[dict[str, str]], Any]


class PagesStub:
    """Answers paths from `pages`; without the token with 401, other paths with 404."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.pages: dict[str, Answer] = {}
        self.headers: dict[str, str] = {}

    def answer(self, path: str, parameters: dict[str, str], authorization: str | None) -> tuple[int, str]:
        if authorization != f"Bearer {TOKEN}":
            return 401, "{}"
        if path not in self.pages:
            return 404, "{}"
        page = self.pages[path](parameters)
        if isinstance(page, int) and not isinstance(page, bool):
            return page, "{}"
        return 200, page if isinstance(page, str) else json.dumps(page)


@contextmanager
def serving_pages() -> Iterator[PagesStub]:
    """Serve a stub on a free port until the block ends."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            parameters = {name: values[0] for name, values in parse_qs(url.query).items()}
            stub.headers = {}
            status, text = stub.answer(url.path, parameters, self.headers["Authorization"])
            self.send_response(status)
            for name, value in stub.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

    with serve(Handler) as address:
        stub = PagesStub(address)
        yield stub

"""The marketing system's HTTP API: campaigns, their households, coupons and redemptions.

    python -m demo.marketing_api <demo folder>

It listens on a free port of 127.0.0.1 and writes the port to `marketing_api.port` in the demo folder. It
reads its token and the business date from the retailer's state in that folder on each request, so the clock
moves without a restart. `LARDER_DEMO_429_EVERY` and `LARDER_DEMO_503_EVERY` set which requests it refuses (0:
none).
"""

import os
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse

from demo import state
from demo.marketing_pages import Pages
from larder.files import write_private

DEFAULT_429_EVERY = 10
DEFAULT_503_EVERY = 16
RETRY_AFTER_SECONDS = 1
MAX_LIMIT = 5000

Next = Callable[[Request], Awaitable[Response]]


def make_app(home: Path, busy_every: int, down_every: int) -> FastAPI:
    """Build the API of the retailer in `home`.

    Each `busy_every`-th request gets 429, each `down_every`-th 503; 0 switches that off.
    """
    app = FastAPI(title="Marketing", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(state.folder(home) / "history")
    requests = count(1)

    @app.middleware("http")
    async def guard(request: Request, proceed: Next) -> Response:
        now = state.load(home)
        if now is None or now.api is None:
            return _refusal(503, "The marketing system is shutting down.")
        given = request.headers.get("authorization", "")
        if not secrets.compare_digest(given.encode(), f"Bearer {now.api.token}".encode()):
            return _refusal(401, "A valid bearer token is required.", {"WWW-Authenticate": "Bearer"})
        number = next(requests)
        if busy_every and number % busy_every == 0:
            return _refusal(429, "Too many requests.", {"Retry-After": str(RETRY_AFTER_SECONDS)})
        if down_every and number % down_every == 0:
            return _refusal(503, "The marketing system is down for maintenance.")
        request.state.business_date = now.business_date
        return await proceed(request)

    @app.get("/v1/{resource}")
    def read(
        request: Request,
        resource: str,
        updated_since: datetime | None = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 1000,
        after: Annotated[int, Query(ge=-1)] = -1,
    ) -> Response:
        if resource not in pages.resources:
            return _refusal(404, f"There is no resource {resource}. Available: {', '.join(pages.resources)}.")
        rows, last = pages.page(resource, request.state.business_date, updated_since, limit, after)
        link = None if last is None else str(request.url.include_query_params(after=last))
        return JSONResponse({"data": rows, "next": link})

    return app


def _refusal(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    content: dict[str, Any] = {"error": message}
    return JSONResponse(content, status, headers)


def main() -> None:
    """Serve until terminated by a signal."""
    demo_folder = Path(sys.argv[1])
    every = [
        int(os.environ.get(f"LARDER_DEMO_{name}_EVERY", default))
        for name, default in (("429", DEFAULT_429_EVERY), ("503", DEFAULT_503_EVERY))
    ]
    app = make_app(demo_folder.parent, *every)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        write_private(demo_folder / "marketing_api.port", str(listener.getsockname()[1]))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        server.run(sockets=[listener])


if __name__ == "__main__":
    main()

"""Follow an API's pages with care: never one twice, never to a stranger, never without end.

This is how every `RESTClient` of dlt reads pages, whatever its paginator: `install` puts it in place.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from weakref import WeakKeyDictionary

from dlt.sources.helpers.requests import Request, Response
from requests import PreparedRequest, Session

from larder.landing import dlt_internals
from larder.landing.apis.json_pages import NotJson, at_path, parse
from larder.landing.apis.origins import Origin, address, origin_of
from larder.landing.contract import REMEDY

# Some APIs send pages without a row between others; more of them in a row than this are a loop.
MOST_EMPTY_PAGES = 1000
NO_CONTENT = 204
# A data selector that names one field, such as `data.items`.
PLAIN_PATH = re.compile(r"(?:\$\.)?([\w-]+(?:\.[\w-]+)*)")
MISSING = object()
ASK_OWNERS = "report it to the API's owners, then run the date again"


class BadPage(Exception):
    """A page that cannot be loaded.

    Attributes:
        url: the page's address.
        words: what is wrong, to follow the address, and what to do.
        is_change: whether the API's contract has changed.
    """

    def __init__(self, url: str, words: str, *, is_change: bool = False) -> None:
        """Describe the page."""
        super().__init__(f"{address(url)} {words}")
        self.url, self.words, self.is_change = url, words, is_change


@cache
def install() -> None:
    """Have all of dlt's REST clients read pages this way."""
    dlt_internals.override_rest_client("_send_request", _send)
    dlt_internals.override_rest_client("extract_response", _extract)
    dlt_internals.override_rest_client("paginate", _paginate)


class Trail:
    """The pages of one endpoint that were read, in one pass over them."""

    def __init__(self) -> None:
        """Begin before the first page."""
        self._origin: Origin | None = None
        self._requests: set[bytes] = set()
        self._rows: set[bytes] = set()
        self._empty = 0
        self._last = (b"", "")  # the mark of the last request, and its URL

    def ask(self, request: Request) -> None:
        """Note a request that is about to be sent.

        Raises:
            BadPage: the page before leads to another address, or to a page that was already read.
        """
        plain = _prepare(request)
        if not self._requests:
            self._origin = origin_of(address(str(plain.url)))
        else:
            there = origin_of(str(request.url)) and origin_of(str(plain.url))
            if self._origin is None or there is None or not self._origin.may_lead_to(there):
                raise BadPage(
                    self._last[1],
                    f"links its next page at another address ({there or 'not a plain URL'}), which must not "
                    f"get the token; check the API's base URL or {ASK_OWNERS}",
                )
        mark = _request_mark(plain)
        if mark in self._requests:
            raise BadPage(self._last[1], f"links its next page to one that was already read; {ASK_OWNERS}")
        self._requests.add(mark)
        self._last = mark, str(plain.url)

    def add(self, response: Response, rows: list[Any]) -> None:
        """Note the page that was answered.

        Raises:
            BadPage: it has the rows of a page before, or too many pages in a row had none.
        """
        self._empty = 0 if rows else self._empty + 1
        if self._empty > MOST_EMPTY_PAGES:
            raise BadPage(
                response.url,
                f"sent {MOST_EMPTY_PAGES:,} pages without a row, one after another; {ASK_OWNERS}",
            )
        mark = _mark(json.dumps(rows, default=str).encode())
        if rows and mark in self._rows:
            raise BadPage(
                response.url,
                f"sent the rows of a page that was already read; see that the paginator names the parameters "
                f"that the API takes, or {ASK_OWNERS}",
            )
        self._rows.add(mark)

    def is_end(self, request: Request) -> bool:
        """Whether the last page was empty and leads to itself, as some APIs end."""
        return self._empty > 0 and _request_mark(_prepare(request)) == self._last[0]


# dlt makes one request for all pages of an endpoint, and changes it for each.
_trails: WeakKeyDictionary[Request, Trail] = WeakKeyDictionary()


def _paginate(
    client: Any, paginate: Callable[..., Iterator[Any]], *args: Any, **options: Any
) -> Iterator[Any]:
    """`RESTClient.paginate`; a blank reference to the next page is the end."""
    for page in paginate(*args, **options):
        trail = _trails.setdefault(page.request, Trail())
        trail.add(page.response, page)
        yield page
        if dlt_internals.is_last_page(page.paginator) or trail.is_end(page.request):
            return


def _send(client: Any, send: Callable[..., Response], request: Request, **options: Any) -> Response:
    """`RESTClient._send_request`; redirects stay at the API, and its answers are parsed strictly."""
    session: Session = client.session
    session.rebuild_auth = partial(_check_redirect, session)  # type: ignore[method-assign]
    _trails.setdefault(request, Trail()).ask(request)
    response = send(request, **options)
    response.json = cache(partial(_parse, response))  # type: ignore[method-assign]
    return response


def _extract(client: Any, extract: Callable[..., list[Any]], response: Response, selector: Any) -> list[Any]:
    """`RESTClient.extract_response`; rows that are not where they should be are not "no rows"."""
    if response.status_code == NO_CONTENT:
        return []
    page = response.json()
    plain = PLAIN_PATH.fullmatch(str(selector))
    if page is None or (plain and at_path(page, plain[1], MISSING) is MISSING):
        expected = f'{{"{plain[1]}": [rows]}}' if plain else "rows"
        raise BadPage(
            response.url,
            f"no longer answers {expected} but {_describe(page)}; {REMEDY}",
            is_change=True,
        )
    return extract(response, selector)


def _parse(response: Response, **_: Any) -> Any:
    if response.status_code == NO_CONTENT:
        return {}
    try:
        return parse(response.content)
    except NotJson as error:
        raise BadPage(
            response.url,
            f"sent a page that is {error}; nothing of it was loaded, run the date again once the API works",
        ) from error


def _check_redirect(session: Session, request: PreparedRequest, response: Response) -> None:
    """`Session.rebuild_auth`, which requests calls before it follows a redirect."""
    here, there = origin_of(address(response.url)), origin_of(str(request.url))
    if here is None or there is None or not here.may_lead_to(there):
        raise BadPage(
            response.url,
            f"redirects to another address ({there or 'not a plain URL'}), which must not get the token; "
            f"check the API's base URL, then run the date again",
        )
    type(session).rebuild_auth(session, request, response)


def _describe(page: Any) -> str:
    match page:
        case None:
            return "null"
        case dict():
            return "an object without it"
        case list():
            return "a list"
        case _:
            return "a single value"


def _prepare(request: Request) -> PreparedRequest:
    """A request without what authorization adds, which may differ each time."""
    plain = Request(request.method, request.url, params=request.params, json=request.json, data=request.data)
    return plain.prepare()


def _request_mark(request: PreparedRequest) -> bytes:
    """A mark of a request: the same for every order of its parameters and every spelling of its address."""
    parts = urlsplit(str(request.url))
    parameters = sorted(parse_qsl(parts.query, keep_blank_values=True), key=lambda one: one[0])
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    return _mark(repr((request.method, origin_of(str(request.url)), parts.path, parameters, body)).encode())


def _mark(content: bytes) -> bytes:
    return blake2b(content, digest_size=16).digest()

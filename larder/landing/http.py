"""HTTP APIs: follow their pages, and explain their errors in one line."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from dlt.sources.helpers.requests import Request, Response
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator
from requests.exceptions import InvalidJSONError, InvalidSchema, InvalidURL, MissingSchema

from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.landing.contract import REMEDY
from larder.redaction import redact_error

# Statuses that dlt's client has already retried.
BUSY = 429
SERVER_ERRORS = 500
REFUSED = (401, 403)
PORTS = {"http": 80, "https": 443}


class NextLinkPaginator(JSONLinkPaginator):
    """Follows each page's link to the next one, as long as it stays on the API's own host.

    A page is `{"<rows>": […], "<next>": link or null}`; both names may be paths such as `links.next`.
    A link to another host would leak the token.
    """

    def __init__(self, next_url_path: str = "next", rows: str = "data") -> None:
        """Set the names of a page's fields."""
        super().__init__(next_url_path)
        self._next, self._rows = next_url_path, rows
        self._seen: set[str] = set()
        self._origin = ("", "", 0)

    def init_request(self, request: Request) -> None:
        """Start at the first page."""
        self._seen, self._origin = set(), _origin(str(request.url))
        super().init_request(request)

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Read the link of a page.

        Raises:
            SourceChanged: the page does not have the expected structure.
            IngestError: the link leads to another host, or to a page that was already read.
        """
        where = _address(response.url)
        page = response.json()
        rows = at_path(page, self._rows, None)
        link = at_path(page, self._next, 0)
        if not (
            isinstance(rows, list)
            and all(isinstance(row, dict) for row in rows)
            and (link is None or isinstance(link, str))
        ):
            raise SourceChanged(
                f'{where} no longer answers {{"{self._rows}": [rows], "{self._next}": link}}; {REMEDY}'
            )
        following = urljoin(response.url, link or "")
        if _origin(following) != self._origin:
            raise IngestError(
                f"{where} links its next page at another address, which must not get the token; check the "
                f"API's base URL or report it to the API's owners, then run the date again"
            )
        self._seen.add(response.url)
        if link and following in self._seen:
            raise IngestError(
                f"{where} links its next page to one that was already read; report it to the API's owners, "
                f"then run the date again"
            )
        super().update_state(response, data)


def at_path(page: Any, path: str, default: Any) -> Any:
    """A field of a JSON document, by a path such as `links.next`; the default if it is missing."""
    for name in path.split("."):
        if not isinstance(page, dict) or name not in page:
            return default
        page = page[name]
    return page


def explain(name: str, error: BaseException, where: str, settings: str, secrets: str) -> IngestError:
    """Explain why an API's pages could not be read.

    Args:
        name: the source.
        error: what the client raised.
        where: what was read, used if the error has no URL.
        settings: the environment variables of its settings, for the message.
        secrets: the environment variables of its secrets, for the message.
    """
    where = f"{name} API {_request_address(error) or where}".rstrip()
    match error:
        case requests.HTTPError():
            status = error.response.status_code if error.response is not None else SERVER_ERRORS
            return _explain_status(where, status, settings, secrets)
        case InvalidJSONError():
            return IngestError(
                f"{where} sent a page that is not valid JSON ({redact_error(error)}); nothing of it was "
                f"loaded, run the date again once the API works"
            )
        case InvalidSchema() | InvalidURL() | MissingSchema():
            return IngestError(
                f"{where}: {settings} is not a valid URL; set it to something like https://api.example.com, "
                f"then run the date again"
            )
        case ValueError():  # from http.client for a header, or a Unicode error
            return IngestError(
                f"{where}: {secrets} has a line break or another character that is invalid in HTTP headers; "
                f"set it again, then run the date again"
            )
        case _:
            return SourceUnavailable(
                f"{where} does not answer; see that it is up (the demo's: `larder demo status`) and that "
                f"{settings} is right, then run the date again"
            )


def _explain_status(where: str, status: int, settings: str, secrets: str) -> IngestError:
    if status in REFUSED:
        return IngestError(f"{where} refused the token ({status}); check {secrets}, then run the date again")
    if status != BUSY and status < SERVER_ERRORS:
        return IngestError(f"{where} answered {status}; check {settings}, then run the date again")
    return SourceUnavailable(
        f"{where} answered {status} to every try; see the server's log, then run the date again"
    )


def _request_address(error: BaseException) -> str:
    request = getattr(error, "request", None) or getattr(getattr(error, "response", None), "request", None)
    return _address(str(request.url)) if request is not None and request.url else ""


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port, with the default port filled in."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)


def _address(url: str) -> str:
    """A URL without its query, which may hold secrets."""
    return url.partition("?")[0]

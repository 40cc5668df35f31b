"""HTTP APIs whose pages link to the next one."""

from typing import Any

from dlt.sources.helpers.requests import Response
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

from larder.landing.apis.json_pages import at_path
from larder.landing.apis.paging import MISSING, NO_CONTENT, BadPage
from larder.landing.contract import REMEDY


class NextLinkPaginator(JSONLinkPaginator):
    """Follows each page's link to the next one.

    A page is `{"<rows>": […], "<next>": link or null}`; both names may be paths such as `links.next`.
    """

    def __init__(self, next_url_path: str = "next", rows: str = "data") -> None:
        """Set the names of a page's fields."""
        super().__init__(next_url_path)
        self._next, self._rows = next_url_path, rows

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Read the link of a page.

        Raises:
            BadPage: the page does not have the expected structure.
        """
        page = response.json()
        rows = at_path(page, self._rows, MISSING)
        link = at_path(page, self._next, MISSING)
        if response.status_code == NO_CONTENT:
            rows = link = None
        is_page = rows is None or (isinstance(rows, list) and all(isinstance(row, dict) for row in rows))
        if not is_page or not (link is None or isinstance(link, str)):
            raise BadPage(
                response.url,
                f'no longer answers {{"{self._rows}": [rows], "{self._next}": link}}; {REMEDY}',
                is_change=True,
            )
        self._next_reference = (link or "").strip() or None

"""How an API's pages are built: which field has the rows, and what leads to the next page."""

from dataclasses import dataclass
from typing import Any

from larder.landing.apis.json_pages import at_path

# Where rows are, the usual names first; `$` is a page that is itself a list.
ROWS = ("data", "items", "results", "records", "rows", "values", "entries", "content", "objects", "response")
WRAPPERS = ("", "meta.", "pagination.", "paging.", "page_info.", "links.", "_links.", "page.")
LINKS = ("next", "next_url", "next_page_url", "next_link", "nextLink", "nextUrl", "next.href")
# Fields with a token for the next page, and the parameters that may take it.
TOKENS = {
    "next_cursor": ("cursor", "next_cursor", "after", "starting_after"),
    "nextCursor": ("cursor", "nextCursor"),
    "cursor": ("cursor",),
    "end_cursor": ("after", "cursor"),
    "next_page_token": ("page_token", "next_page_token"),
    "nextPageToken": ("pageToken", "nextPageToken"),
    "next_token": ("next_token", "token"),
    "continuation_token": ("continuation_token",),
}
TOTAL_PAGES = ("total_pages", "totalPages", "page_count", "pages", "last_page")
TOTAL_ROWS = ("total", "total_count", "totalCount", "count")
MORE = ("has_more", "hasMore", "has_next", "hasNext")


@dataclass(frozen=True)
class Guess:
    """A way to the next page: parameters that lead to the second one, and dlt's configuration of it."""

    parameters: dict[str, Any]
    paginator: dict[str, Any]


def find_rows(page: Any, resource: str) -> tuple[str, list[dict[str, Any]]] | None:
    """The path of the rows in a page, and the rows; None if no field, or more than one, could be meant."""
    if isinstance(page, list):
        return ("$", page) if _are_rows(page) else None
    if not isinstance(page, dict):
        return None
    lists = {name: value for name, value in page.items() if isinstance(value, list) and _are_rows(value)}
    for outer, inner in page.items():
        if isinstance(inner, dict):
            nested = {f"{outer}.{name}": value for name, value in inner.items() if isinstance(value, list)}
            lists |= {name: value for name, value in nested.items() if _are_rows(value)}
    for name in (resource, *ROWS):
        if name in lists:
            return name, lists[name]
    return next(iter(lists.items())) if len(lists) == 1 else None


def next_link_path(page: Any) -> str | None:
    """The path of a field with the link to the next page, blank on the last one; None if there is none."""
    if not isinstance(page, dict):
        return None
    for path in (wrapper + name for wrapper in WRAPPERS for name in LINKS):
        link = at_path(page, path, 0)
        is_end = link is None or (isinstance(link, str) and not link.strip())
        if is_end or (isinstance(link, str) and ("/" in link or link.startswith("?"))):
            return path
    return None


def guesses(page: Any, row_count: int) -> list[Guess]:
    """What may lead from a first page to the next one, if it looks as if there were one."""
    if not isinstance(page, dict):
        return []
    found = []
    for wrapper in WRAPPERS:
        for field, parameters in TOKENS.items():
            token = at_path(page, wrapper + field, None)
            if isinstance(token, str | int) and token:
                found += [
                    Guess(
                        {name: token},
                        {"type": "cursor", "cursor_path": wrapper + field, "cursor_param": name},
                    )
                    for name in parameters
                ]
        for field in TOTAL_PAGES:
            pages = at_path(page, wrapper + field, None)
            if isinstance(pages, int) and pages > 1:
                way = {"type": "page_number", "base_page": 1, "total_path": wrapper + field}
                found.append(Guess({"page": 2}, way))
        for field in TOTAL_ROWS:
            total = at_path(page, wrapper + field, None)
            if isinstance(total, int) and total > row_count > 0:
                way = {"type": "offset", "limit": row_count, "total_path": wrapper + field}
                found.append(Guess({"offset": row_count, "limit": row_count}, way))
                number = {"type": "page_number", "base_page": 1, "total_path": None}
                found.append(Guess({"page": 2}, number))
    return found


def has_more(page: Any) -> bool:
    """Whether a page says that it is not the last one."""
    return isinstance(page, dict) and any(
        at_path(page, wrapper + name, None) is True for wrapper in WRAPPERS for name in MORE
    )


def _are_rows(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(value, dict) for value in values)

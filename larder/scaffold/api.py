"""What an HTTP API sends: rows, their fields and types, the key, and how its pages follow each other."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from larder.errors import LarderError
from larder.scaffold.api_client import Answer, Api
from larder.scaffold.api_pages import find_rows, guesses, has_more, next_link_path
from larder.scaffold.choices import Choices, check_cursor, find_cursor
from larder.scaffold.described import NewSource, Table
from larder.scaffold.json_types import Row, describe_fields
from larder.scaffold.names import singular

# Written into the module as the paginator that stays at the API's own host.
OWN_LINK = "next_link"


def describe_api(name: str, base_url: str, paths: list[str], token: str, choices: Choices) -> NewSource:
    """Ask each path of an API once, and once more where it has to be seen how pages follow.

    Args:
        name: the new source.
        base_url: what all paths begin with.
        paths: the endpoints, such as `customers`; parameters may follow, `orders?status=all`.
        token: a bearer token; empty if the API wants none.
        choices: what the user says of keys and cursors.

    Raises:
        LarderError: in one line without the token, why that cannot be a source.
    """
    if not paths:
        raise LarderError(f"{name}: an API's endpoints cannot be seen. Name them: --path customers.")
    api = Api(name, base_url, token)
    tables = tuple(_describe(api, path, choices) for path in paths)
    settings = {"base_url": base_url} | ({"api_token": token} if token else {})
    return NewSource(name, tables, settings, {"host": urlsplit(base_url).hostname})


def _describe(api: Api, given: str, choices: Choices) -> Table:
    path, _, query = given.partition("?")
    parameters = dict(parse_qsl(query))
    table = Table(path.rstrip("/").rpartition("/")[2], ())
    answer = api.ask(path, parameters)
    found = find_rows(answer.page, table.resource)
    if found is None:
        raise LarderError(
            f"{api.source}: {path} answered no rows, or more than one list of them: its columns cannot be "
            f"learned. Name a path that answers one list of rows, with parameters if need be: "
            f"--path '{path}?name=value'."
        )
    selector, rows = found
    columns, unknown = describe_fields(rows)
    kinds = {column.name: column.kind for column in columns if _is_in_all(column.name, rows)}
    key = choices.key(table.name, kinds) or _find_key(table.resource, rows, kinds)
    cursor = choices.cursor(table.name, kinds) or find_cursor(kinds)
    if cursor:
        check_cursor(api.source, table.name, cursor, kinds[cursor])
    # Without such a parameter all rows come each time: whole rows are compared, and the cursor says no more.
    used = cursor if key and choices.since else None
    filters = {choices.since: {"type": "incremental", "cursor_path": used}} if used else {}
    endpoint = {
        "path": path,
        **({"params": parameters | filters} if parameters or filters else {}),
        "data_selector": selector,
        "paginator": _find_paginator(api, path, parameters, answer, rows),
    }
    return replace(table, columns=columns, key=key, cursor=used, endpoint=endpoint, unknown=unknown)


def _is_in_all(field: str, rows: list[Row]) -> bool:
    return all(row.get(field) is not None for row in rows)


def _find_key(resource: str, rows: list[Row], kinds: dict[str, str]) -> tuple[str, ...]:
    """The field that identifies rows, by its name and its values; nothing if there is none."""
    entity = singular(resource)
    names = {name.lower().replace("_", ""): name for name in kinds}
    for wanted in ("id", f"{entity}_id", "uuid", f"{entity}_uuid", "key", "code"):
        name = names.get(wanted.replace("_", ""))
        if name and kinds[name] in ("bigint", "text") and len({row[name] for row in rows}) == len(rows):
            return (name,)
    return ()


def _find_paginator(api: Api, path: str, parameters: dict[str, Any], answer: Answer, rows: list[Row]) -> Any:
    """How the next page is reached, as dlt has it; seen to work where it is not the API's own link.

    Raises:
        LarderError: there is a next page, and nothing tried leads to it.
    """
    page = answer.page
    if answer.has_link:
        return "header_link"
    if link := next_link_path(page):
        return {"type": OWN_LINK, "next_url_path": link}
    ways = guesses(page, len(rows))
    for way in ways:
        if _leads_on(api, path, parameters | way.parameters, rows):
            return way.paginator
    if ways or has_more(page):
        raise LarderError(
            f"{api.source}: {path} has more pages, and how they follow cannot be seen. Write ingest/"
            f"{api.source}.py after ingest/marketing.py, with the paginator of dlt that fits."
        )
    return "single_page"


def _leads_on(api: Api, path: str, parameters: dict[str, Any], rows: list[Row]) -> bool:
    """Whether parameters lead to other rows than those of the first page."""
    try:
        found = find_rows(api.ask(path, parameters).page, path)
    except LarderError:
        return False
    return found is not None and found[1] != rows

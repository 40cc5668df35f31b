"""A source's module in `ingest/`, and the file of its columns if they made the module too long."""

from pathlib import Path
from typing import Any

import yaml

from larder.errors import LarderError
from larder.scaffold.api import OWN_LINK
from larder.scaffold.described import NewSource, Table
from larder.scaffold.layout import INDENT, Code, columns_by_type, columns_call, literal, quoted
from larder.scaffold.templating import Files, fill_template

LONGEST = 100  # lines of a module
LINE = 50  # characters of tables' names in a sentence
PAGES = ("data_selector", "paginator")


def render_module(source: NewSource) -> Files:
    """The module; if the columns made it too long, they are in a file of their own beside it."""
    path = Path("ingest") / f"{source.name}.py"
    text = _fill_module(source, with_columns=True)
    if len(text.splitlines()) <= LONGEST:
        return {path: text}
    text = _fill_module(source, with_columns=False)
    if (length := len(text.splitlines())) > LONGEST:
        raise LarderError(
            f"{source.name}: with {len(source.tables)} tables {path} would have {length} lines, more than "
            f"{LONGEST}. Name some of the tables, and make the others a source of their own."
        )
    is_api = "base_url" in source.settings
    tables = {_name(table, is_api): columns_by_type(table.columns) for table in source.tables}
    columns = yaml.safe_dump(tables, sort_keys=False, allow_unicode=True, default_flow_style=None, width=100)
    heading = f"# The columns of {path}: of each table, as the source names them, by type.\n"
    return {path: text, path.with_name(f"{source.name}_columns.yml"): heading + columns}


def _fill_module(source: NewSource, *, with_columns: bool) -> str:
    tables = source.tables
    is_api = "base_url" in source.settings
    has_token = "api_token" in source.settings
    shared = _shared(tables) if is_api else {}
    keyed = [table for table in tables if table.key]
    entries = [_entry(table, is_api, shared, with_columns) for table in tables]
    return fill_template(
        f"ingest_{'api' if is_api else 'database'}.py",
        {
            "name": source.name,
            "resources": _words(tables),
            "cursored": _words([table for table in keyed if table.cursor]),
            "compared": _words([table for table in keyed if not table.cursor]),
            "replaced": _words([table for table in tables if not table.key]),
            "schema": quoted(source.options.get("schema", "")),
            "has_token": has_token,
            "has_own_link": OWN_LINK in str([table.endpoint for table in tables]),
            "client": _client(shared, has_token).lay_out(INDENT * 3),
            "has_defaults": bool(shared),
            "defaults": _defaults(shared).lay_out(INDENT * 3),
            "with_columns": with_columns,
            "entries": Code("{", tuple(entries), "}").lay_out(broken=True),
        },
    )


def _name(table: Table, is_api: bool) -> str:
    return table.resource if is_api else table.name


def _entry(table: Table, is_api: bool, shared: dict[str, Any], with_columns: bool) -> Code:
    """A table's entry in the module."""
    key = literal(list(table.key))
    own = {name: value for name, value in table.endpoint.items() if name not in shared}
    first = (_configuration(own, table.endpoint), key) if is_api else (key, literal(table.cursor))
    columns = (columns_call(columns_by_type(table.columns)),) if with_columns else ()
    return Code(f"{quoted(_name(table, is_api))}: (", (*first, *columns), ")")


def _shared(tables: tuple[Table, ...]) -> dict[str, Any]:
    """How pages are built, if those of all endpoints are built alike."""
    first = tables[0].endpoint
    pages = {name: first[name] for name in PAGES}
    return pages if all(table.endpoint[name] == first[name] for table in tables for name in PAGES) else {}


def _client(shared: dict[str, Any], has_token: bool) -> Code:
    items = [Code('"base_url": base_url')]
    if has_token:
        items.append(Code('"auth": {"type": "bearer", "token": api_token}'))
    if shared:
        items += _configuration({"paginator": shared["paginator"]}, shared).items
    return Code('"client": {', tuple(items), "}")


def _defaults(shared: dict[str, Any]) -> Code:
    selector = {"data_selector": shared["data_selector"]} if shared else {}
    return literal({"endpoint": selector}, '"resource_defaults": ')


def _configuration(own: dict[str, Any], endpoint: dict[str, Any]) -> Code:
    """dlt's configuration of an endpoint, with our own paginator as the object that it is."""
    items = {name: literal(value, f"{quoted(name)}: ") for name, value in own.items()}
    paginator = own.get("paginator")
    if isinstance(paginator, dict) and paginator["type"] == OWN_LINK:
        arguments = (literal(paginator["next_url_path"]), literal(endpoint["data_selector"]))
        items["paginator"] = Code('"paginator": NextLinkPaginator(', arguments, ")")
    return Code("{", tuple(items.values()), "}")


def _words(tables: Any) -> str:
    """Tables by name, as a list in words that fits one line of a docstring."""
    names = [table.resource for table in tables]
    text = ", ".join(names)
    return text if len(text) <= LINE else f"{names[0]}, {names[1]} and {len(names) - 2} more"

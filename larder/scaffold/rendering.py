"""The files of a new source, from templates."""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from larder.errors import LarderError
from larder.scaffold.api import OWN_LINK
from larder.scaffold.described import NewSource, Table
from larder.scaffold.layout import INDENT, Code, columns_call, literal, quoted
from larder.scaffold.staged import stage

# Lines of a module: at most, and up to which each name may have its own.
LONGEST, SHORT = 100, 60
LINE = 50  # characters of tables' names in a sentence
PAGES = ("data_selector", "paginator")
Files = dict[Path, str]


def render(source: NewSource, owner: str) -> Files:
    """The text of each file of a source, by its path in the project.

    Args:
        source: what is known of it.
        owner: who answers for it, `Name <address>`.

    Raises:
        LarderError: it has too many tables for one module.
    """
    folder = Path("models/staging") / source.name
    staged = [stage(source.name, table) for table in source.tables]
    files = {Path("ingest") / f"{source.name}.py": _module(source)}
    about = {"name": source.name, "about": _about(source), "owner": owner, "tables": staged}
    files[folder / f"_{source.name}__sources.yml"] = _fill("sources.yml", about)
    for table in staged:
        files[folder / f"{table.name}.sql"] = _fill("staging.sql", {"staged": table})
        files[folder / f"{table.name}.yml"] = _fill("staging.yml", {"staged": table})
    return files


def _module(source: NewSource) -> str:
    """The module: laid out as ruff does if it is short then, else with names that share lines."""
    text = _fill_module(source, packed=False)
    if len(text.splitlines()) > SHORT:
        text = _fill_module(source, packed=True)
    if (length := len(text.splitlines())) > LONGEST and len(source.tables) > 1:
        raise LarderError(
            f"{source.name}: with {len(source.tables)} tables ingest/{source.name}.py would have {length} "
            f"lines, more than {LONGEST}. Name some of the tables, and make the others a source of their own."
        )
    return text


def _fill_module(source: NewSource, packed: bool) -> str:
    tables = source.tables
    is_api = "base_url" in source.settings
    shared = _shared(tables) if is_api else {}
    entries = Code("{", tuple(_entry(table, is_api, shared) for table in tables), "}")
    keyed = [table for table in tables if table.key]
    return _fill(
        f"ingest_{'api' if is_api else 'database'}.py",
        {
            "name": source.name,
            "resources": _words(tables),
            "cursored": _words([table for table in keyed if table.cursor]),
            "compared": _words([table for table in keyed if not table.cursor]),
            "replaced": _words([table for table in tables if not table.key]),
            "schema": quoted(source.options.get("schema", "")),
            "has_token": "api_token" in source.settings,
            "has_own_link": OWN_LINK in str([table.endpoint for table in tables]),
            "client": _client(shared, "api_token" in source.settings).lay_out(INDENT * 3),
            "has_defaults": bool(shared),
            "defaults": _defaults(shared).lay_out(INDENT * 3),
            "packed": packed,
            "entries": entries.lay_out(packed=packed),
        },
    )


def _entry(table: Table, is_api: bool, shared: dict[str, Any]) -> Code:
    """A table's entry in the module."""
    key, columns = literal(list(table.key)), columns_call(table.columns)
    own = {name: value for name, value in table.endpoint.items() if name not in shared}
    first = (_configuration(own, table.endpoint), key) if is_api else (key, literal(table.cursor))
    return Code(f"{quoted(table.resource if is_api else table.name)}: (", (*first, columns), ")")


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


def _about(source: NewSource) -> str:
    if host := source.options.get("host"):
        return f"The {source.name} API at {host} (HTTP), read once a day. A row per version of a record."
    return f"The {source.name} database (PostgreSQL), read once a day. A row per version of a record."


def _fill(template: str, values: dict[str, Any]) -> str:
    environment = Environment(
        loader=PackageLoader("larder.scaffold"),
        autoescape=False,  # noqa: S701 it is Python, SQL and YAML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["yaml"] = lambda text: json.dumps(text, ensure_ascii=False)
    return environment.get_template(f"{template}.j2").render(values)

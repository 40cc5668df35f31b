"""Read the rules of a source's tables from its dbt file, `models/staging/<source>/_<source>__sources.yml`.

A data test of dbt on a source's table or column is a rule at the gate too: `not_null`, `accepted_values`,
`dbt_utils.accepted_range` and `dbt_utils.expression_is_true`. `config.meta.gate` of a test says what happens
to a row that breaks it: `divert`, the default, `fail` or `off`. `config.meta.gate` of a table has the
settings of `GateSettings`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import sqlglot
import yaml
from sqlglot import exp

from larder.errors import IngestError
from larder.landing.checks import rules
from larder.landing.checks.rules import Rule
from larder.settings import PROJECT

DIVERT, FAIL, OFF = "divert", "fail", "off"
TESTS = ("not_null", "accepted_values", "accepted_range", "expression_is_true")


@dataclass(frozen=True)
class GateSettings:
    """What a table's declaration says about rejected rows.

    Attributes:
        rules: the rules beyond those of the resource's own columns, key and cursor.
        max_rejected_share: the share of a load's rows beyond which their rejection stops it.
        type_stops: whether a value of another type stops the load, instead of being set aside.
        cursor_skew: how far beyond the end of the business date a cursor may be.
    """

    rules: tuple[Rule, ...] = ()
    max_rejected_share: float = 0.1
    type_stops: bool = False
    cursor_skew: timedelta = timedelta(days=1)


def read_settings(source: str, table: str) -> GateSettings:
    """The gate's settings of a Bronze table such as "shop_baskets"; the defaults if dbt does not know it.

    Raises:
        IngestError: a setting or a rule cannot be used; the message names it.
    """
    found = _tables(source).get(table)
    if found is None:
        return GateSettings()
    where = f"models: the source table {table}"
    given = _meta(found).get("gate") or {}
    if not isinstance(given, dict) or given.keys() - {"max_rejected_share", "type", "cursor_skew_days"}:
        raise IngestError(
            f"{where}: meta.gate is {given!r}. Give max_rejected_share, type and cursor_skew_days, or none."
        )
    share, days = given.get("max_rejected_share", 0.1), given.get("cursor_skew_days", 1)
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise IngestError(f"{where}: max_rejected_share is {share!r}. Give a number from 0 to 1.")
    if not isinstance(days, int | float) or days < 0:
        raise IngestError(f"{where}: cursor_skew_days is {days!r}. Give a number of days.")
    return GateSettings(
        rules=tuple(_rules(found, where)),
        max_rejected_share=float(share),
        type_stops=_stops(given.get("type"), f"{where}, meta.gate.type"),
        cursor_skew=timedelta(days=days),
    )


@cache
def _tables(source: str) -> dict[str, dict[str, Any]]:
    """The tables that dbt declares for a source, by the name that they have in Bronze."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((PROJECT / "models").rglob("*.yml")):
        text = path.read_text(encoding="utf-8")
        if "\nsources:" not in f"\n{text}":
            continue
        for one in yaml.load(text, yaml.CSafeLoader)["sources"]:
            if one["name"] == source:
                found |= {table.get("identifier", table["name"]): table for table in one.get("tables", [])}
    return found


def _rules(table: dict[str, Any], where: str) -> Iterator[Rule]:
    for test in table.get("data_tests", []):
        yield from _rule(test, None, where)
    for column in table.get("columns", []):
        for test in column.get("data_tests", []):
            yield from _rule(test, column["name"], f"{where}, column {column['name']}")


def _rule(test: Any, column: str | None, where: str) -> Iterator[Rule]:
    """The rule that a dbt test declares; nothing if it is of another kind, or off."""
    name, options = next(iter(test.items())) if isinstance(test, dict) else (test, {})
    name, options = str(options.get("test_name", name)).rpartition(".")[2], dict(options)
    action = _meta(options).get("gate", DIVERT)
    if name not in TESTS or action == OFF:
        return
    stops = _stops(action, f"{where}, test {name}")
    arguments = options.get("arguments") or options
    try:
        yield _build(name, column, arguments, stops)
    except (KeyError, sqlglot.ParseError) as error:
        raise IngestError(
            f"{where}: the gate cannot use the test {name}. Check its arguments, or set meta.gate to off."
        ) from error


def _build(name: str, column: str | None, arguments: dict[str, Any], stops: bool) -> Rule:
    if name == "expression_is_true":
        text = arguments["expression"]
        tree = sqlglot.parse_one(f"{column} {text}" if column else text, read="spark")
        columns = tuple(sorted({found.name for found in tree.find_all(exp.Column)}))
        return rules.expression_is_true(tree.sql("duckdb"), columns, stops)
    if column is None:
        raise KeyError(name)
    if name == "accepted_values":
        return rules.accepted_values(column, arguments["values"], stops)
    if name == "accepted_range":
        return rules.accepted_range(column, arguments, stops)
    return rules.not_null(column, stops)


def _stops(action: Any, where: str) -> bool:
    if action not in (None, DIVERT, FAIL):
        raise IngestError(f"{where}: gate is {action!r}. Give divert, fail or off.")
    return bool(action == FAIL)


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    return {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}

"""Models over `ops` in DuckDB: the SQL that dbt runs on Spark, for use without Spark.

Jinja is rendered with the project's own macros, upstream models become subqueries, sources become tables of
the same name, and sqlglot translates the result.
"""

from typing import Any

import jinja2
import sqlglot
from jinja2 import meta
from sqlglot import exp

from larder.ops.dbt_variables import dbt_variable
from larder.settings import PROJECT

# Spark functions that sqlglot does not translate.
DUCKDB_FUNCTIONS = """
    create macro make_dt_interval(days, hours, minutes, seconds)
        as to_days(days) + to_hours(hours) + to_minutes(minutes) + to_seconds(seconds);
    create macro try_to_timestamp(words) as try_cast(words as timestamp);
"""

_jinja = jinja2.Environment(autoescape=False)  # noqa: S701 it is SQL


def translate_model(name: str, **macros: str) -> str:
    """Translate a model to a DuckDB query, which needs `DUCKDB_FUNCTIONS`.

    Args:
        name: the model, without `.sql`.
        macros: SQL that replaces a macro, by the macro's name.

    Raises:
        ValueError: there is no such model.
        FileNotFoundError: a model calls a macro that is not the project's own.
    """
    given = {macro: lambda *_, words=words: words for macro, words in macros.items()}
    tree = sqlglot.parse_one(_render_model(name, given), read="spark")
    return tree.transform(_keep_date).transform(_step_by_day).sql("duckdb")


def _render_model(name: str, given: dict[str, Any]) -> str:
    [path] = (PROJECT / "models").rglob(f"{name}.sql")
    text = path.read_text()
    return _jinja.from_string(text).render(_context(text, given))


def _context(text: str, given: dict[str, Any]) -> dict[str, Any]:
    """The functions that a file's Jinja calls: dbt's, and the project's macros, one per file."""
    known = {
        "ref": lambda name: f"(\n{_render_model(name, given)}\n)",
        "source": lambda _, table: table,
        "var": dbt_variable,
        **given,
    }
    called = meta.find_undeclared_variables(_jinja.parse(text))
    return known | {name: _macro(name, given) for name in called - known.keys()}


def _macro(name: str, given: dict[str, Any]) -> Any:
    text = (PROJECT / "macros" / f"{name}.sql").read_text()
    return getattr(_jinja.from_string(text, _context(text, given)).module, name)


def _keep_date(node: exp.Expression) -> exp.Expression:
    """Cast date arithmetic to a date, like Spark's `date_add`; in DuckDB it gives a timestamp."""
    return exp.cast(node, "date") if isinstance(node, exp.TsOrDsAdd) else node


def _step_by_day(node: exp.Expression) -> exp.Expression:
    """Step by day and cast to dates, as Spark's `sequence` of dates does by default and DuckDB does not."""
    if not isinstance(node, exp.GenerateSeries):
        return node
    node.set("step", exp.Interval(this=exp.Literal.string("1"), unit=exp.var("day")))
    return exp.cast(node, "date[]")

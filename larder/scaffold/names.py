"""Names of a new source: which are refused, what one row of a table is called, words that SQL keeps."""

import builtins
import keyword
import re
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from larder.errors import LarderError
from larder.landing.names import column_names
from larder.scaffold.described import Table

SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# What the modules that are written import by these names.
IMPORTED = {
    "columns",
    "dlt",
    "psycopg_url",
    "read_columns",
    "readable_types",
    "rest_api_resources",
    "sql_table",
}
# The table of Bronze in which loads are logged.
LOAD_LOG = "load_log"
# What Spark in ANSI mode or sqlfluff does not take for a column's name without quotes.
RESERVED_WORDS = frozenset(
    """all and any as authorization both case cast check collate column constraint create cross
    current_date current_time current_timestamp current_user distinct div else end escape except
    false fetch filter for foreign from full grant group having in inner intersect into is join
    leading minus natural not null on only or order outer overlaps primary qualify references select
    session_user some table then to trailing true union unique unknown user using when where with""".split()  # noqa: SIM905 words are easier to read so
)
SINGULARS = (
    (r"people$", "person"),
    (r"children$", "child"),
    (r"ies$", "y"),
    (r"((?:t|n)us|ss|sh|ch|x|zz)es$", r"\1"),
    (r"(?<![sui])s$", ""),
)


def check_source_name(name: str, project: Path) -> None:
    """See that a source may have a name.

    Raises:
        LarderError: it is not snake case, means something in Python, or there is such a source.
    """
    if not SNAKE_CASE.fullmatch(name):
        raise LarderError(
            f"{name}: a source's name is snake case, such as loyalty_programme. Choose another."
        )
    if keyword.iskeyword(name) or hasattr(builtins, name) or name in IMPORTED:
        raise LarderError(f"{name}: the word has a meaning of its own in the module. Choose another name.")
    for path in (project / "ingest" / f"{name}.py", project / "models" / "staging" / name):
        if path.exists():
            raise LarderError(f"{name}: {path.relative_to(project)} is there already. Choose another name.")


def check_table_names(source: str, tables: list[Table], project: Path) -> None:
    """See that tables and their columns have names that differ in Bronze and dbt.

    Raises:
        LarderError: two are the same there, or one is taken.
    """
    taken = set(_identifiers(project)) | {LOAD_LOG}
    for name in twice([table.resource for table in tables]):
        same = ", ".join(table.name for table in tables if table.resource == name)
        raise LarderError(f"{source}: {same} would both be the table {name}. Leave one of them out.")
    for table in tables:
        if f"{source}_{table.resource}" in taken:
            raise LarderError(
                f"{source}.{table.name}: bronze.{source}_{table.resource} is a table of another source. "
                f"Choose another name for this source."
            )
        column_names([column.name for column in table.columns], f"{source}.{table.name}")


def twice(names: list[str]) -> list[str]:
    """The names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def singular(words: str) -> str:
    """What one row of a table is called: order_items, order_item."""
    for plural, one in SINGULARS:
        if re.search(plural, words):
            return re.sub(plural, one, words)
    return words


def sources_files(project: Path) -> list[dict[str, Any]]:
    """The sources that dbt's files in `models/staging/` describe."""
    files = sorted((project / "models" / "staging").glob("*/_*__sources.yml"))
    return [
        source for file in files for source in (yaml.safe_load(file.read_text()) or {}).get("sources", [])
    ]


def _identifiers(project: Path) -> list[str]:
    return [
        table.get("identifier", table["name"])
        for source in sources_files(project)
        if source.get("schema") == "bronze"
        for table in source.get("tables", [])
    ]

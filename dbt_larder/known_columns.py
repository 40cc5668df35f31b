"""The columns of relations, which dbt asks for several times while it builds one."""

import re
from typing import Any

from dbt.adapters.spark.connections import SparkConnectionManager
from dbt.adapters.spark.impl import SparkAdapter

from dbt_larder.once import OnceACommand

# Statements that leave the columns of all relations as they are, by their first word.
HARMLESS = frozenset(
    {"cache", "delete", "describe", "insert", "merge", "select", "set", "show", "uncache", "update", "with"}
)
COMMENTS = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)


class Known:
    """The columns of relations, as the dbt command that runs has read them."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._columns: OnceACommand[dict[str, list[Any]]] = OnceACommand(dict)
        # Counts statements that may change columns: what was asked for before one is not kept after it.
        self._changes = 0

    def get(self, relation: str) -> tuple[list[Any] | None, int]:
        """The columns of a relation if they are known, and the number of changes so far."""
        with self._columns.held() as known:
            return known.get(relation), self._changes

    def put(self, relation: str, columns: list[Any], changes: int) -> None:
        """Keep the columns of a relation, unless there were more changes since they were asked for."""
        with self._columns.held() as known:
            if columns and changes == self._changes:
                known[relation] = columns

    def note(self, sql: str) -> None:
        """Forget what a statement may change."""
        words = COMMENTS.sub(" ", sql).split(maxsplit=1)
        if not words or words[0].lower() in HARMLESS:
            return
        text = sql.lower().replace("`", "")
        with self._columns.held() as known:
            self._changes += 1
            for relation in [name for name in known if name.rpartition(".")[2] in text]:
                del known[relation]


_known = Known()


def set_up() -> None:
    """Remember columns within each command of this process. Repeating it changes nothing."""
    adapter: Any = SparkAdapter
    manager: Any = SparkConnectionManager
    get_columns, add_query = adapter.get_columns_in_relation, manager.add_query
    if getattr(get_columns, "remembers", False):
        return

    def get_columns_once(self: Any, relation: Any) -> list[Any]:
        name = str(relation).lower().replace("`", "")
        columns, changes = _known.get(name)
        if columns is None:
            columns = get_columns(self, relation)
            _known.put(name, columns, changes)
        return list(columns)

    def add_noted_query(self: Any, sql: str, *arguments: Any, **options: Any) -> Any:
        try:
            return add_query(self, sql, *arguments, **options)
        finally:
            _known.note(sql)

    get_columns_once.remembers = True  # type: ignore[attr-defined]
    adapter.get_columns_in_relation, manager.add_query = get_columns_once, add_noted_query

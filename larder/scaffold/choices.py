"""Which columns are a table's key and cursor, by what the user says or what they are called."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from larder.errors import LarderError
from larder.landing.names import column_name

TIMES = ("timestamp", "local_timestamp")
CHANGED = r"(?:last_?)?(?:updated?|modified|changed|modification)"
CURSOR = re.compile(rf"{CHANGED}(?:_?(?:at|on|date|time|timestamp|ts|datetime|utc))*")
PREFERRED = ("updated_at", "modified_at", "changed_at")


@dataclass(frozen=True)
class Choices:
    """What the user says of keys and cursors: columns by table; those of "" are for every table.

    `since` is the parameter with which an API answers what changed since a time; empty if it has none.
    """

    source: str
    keys: dict[str, list[str]] = field(default_factory=dict)
    cursors: dict[str, list[str]] = field(default_factory=dict)
    since: str = ""

    def key(self, table: str, there: Iterable[str]) -> tuple[str, ...]:
        """The key that the user names for a table; nothing if none of its columns is named.

        Raises:
            LarderError: a column that is named for this table is not there.
        """
        return self._find("--key", self.keys, table, list(there))

    def cursor(self, table: str, there: Iterable[str]) -> str | None:
        """The same of the cursor."""
        return next(iter(self._find("--cursor", self.cursors, table, list(there))), None)

    def _find(
        self, option: str, chosen: Mapping[str, list[str]], table: str, there: list[str]
    ) -> tuple[str, ...]:
        if missing := [name for name in chosen.get(table, ()) if name not in there]:
            raise LarderError(
                f"{self.source}.{table}: {option} names {', '.join(missing)}, which is not there. "
                f"Its columns: {', '.join(there)}."
            )
        names = chosen.get(table) or chosen.get("") or []
        return tuple(names) if set(names) <= set(there) else ()


def parse_choices(option: str, given: Iterable[str]) -> dict[str, list[str]]:
    """Options such as `--key id` and `--key orders=order_id,line`, as `Choices` has them.

    Raises:
        LarderError: one is of neither form.
    """
    chosen: dict[str, list[str]] = {}
    for text in given:
        table, equals, columns = text.rpartition("=")
        names = [name.strip() for name in columns.split(",") if name.strip()]
        if not names or bool(equals) != bool(table):
            raise LarderError(f"{option} {text}: write COLUMN, or TABLE=COLUMN,COLUMN for one table.")
        chosen[table] = names
    return chosen


def check_cursor(source: str, table: str, cursor: str, kind: str) -> None:
    """See that landing can go on from a column's latest value.

    Raises:
        LarderError: it is of a type that has no order in Bronze's metadata, or its name is not a plain word.
    """
    if kind not in (*TIMES, "date", "bigint") or not cursor.isidentifier():
        raise LarderError(
            f"{source}.{table}: {cursor} ({kind}) cannot be a cursor. Name a timestamp, a date or a number "
            f"that grows with each change, or leave --cursor out: whole rows are compared then."
        )


def find_cursor(kinds: Mapping[str, str]) -> str | None:
    """The column that says when a row changed, by its name and type; None if none does.

    Args:
        kinds: types of the columns that have a value in each row, by their names.
    """
    found = [
        name
        for name, kind in kinds.items()
        if kind in TIMES and name.isidentifier() and CURSOR.fullmatch(column_name(name))
    ]
    return min(found, key=lambda name: _place(column_name(name)), default=None)


def _place(name: str) -> int:
    return PREFERRED.index(name) if name in PREFERRED else len(PREFERRED)

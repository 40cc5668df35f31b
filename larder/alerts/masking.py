"""Personal data out of the rows that break a test, before anyone is told of them."""

from dataclasses import dataclass
from typing import Any

from larder.alerts.incident import Sample
from larder.lake.metrics import LAYERS
from larder.ops.lineage import Lineage, Node, meta
from larder.redaction import MASK

# Counts that dbt's own tests, and dbt_utils', put beside what they found.
COUNTS = frozenset({"n_records", "row_count", "failures"})
# What dbt's own tests call the column that they are about.
RENAMED = frozenset({"unique_field", "value_field", "from_field"})
LONGEST = 60  # characters of a value


@dataclass(frozen=True)
class Columns:
    """Names of columns, in lower case, by whether their values may be told.

    By name alone: a row that breaks a test may come from any model, or from several.
    """

    harmless: frozenset[str]
    personal: frozenset[str]

    def may_tell(self, name: str) -> bool:
        """Whether a column is declared, by that name or with a word before it, and not personal."""
        words = name.lower().split("_")
        endings = {"_".join(words[start:]) for start in range(len(words))}
        # One word alone, such as `name`, says too little about what stands before it.
        spoken = {ending for ending in endings if "_" in ending} | {name.lower()}
        return not endings & self.personal and bool(spoken & self.harmless)


def columns(lineage: Lineage) -> Columns:
    """The columns that the project declares; those with `meta.personal` anywhere are personal everywhere.

    What is declared of other schemas, such as `ops`, tells nothing about the shop's data.
    """
    found = [
        (column["name"].lower(), bool(meta(column).get("personal")), node.get("schema") in LAYERS)
        for node in lineage.nodes.values()
        for column in (node.get("columns") or {}).values()
    ]
    personal = {name for name, is_personal, _ in found if is_personal}
    return Columns(
        frozenset(name for name, _, of_shop in found if of_shop and name not in personal),
        frozenset(personal),
    )


def masked(row: dict[str, Any], test: Node, known: Columns) -> Sample:
    """A row that breaks a test, each value masked whose column is not known to be harmless.

    Args:
        row: column names to values.
        test: the test's node of the manifest, which tells what a renamed column really is.
        known: the project's columns.
    """
    return {name: shown(value) if _may_tell(name, test, known) else MASK for name, value in row.items()}


def _may_tell(name: str, test: Node, known: Columns) -> bool:
    really = str(test.get("column_name") or "") if name in RENAMED else name
    return really in COUNTS or known.may_tell(really)


def shown(value: Any) -> str:
    """A value in a line, not too long."""
    text = "null" if value is None else " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"

"""Mask personal data in the rows that fail a test, before they appear in an alert or in `ops`."""

import json
from dataclasses import dataclass
from typing import Any

from larder.alerts.incident import Sample
from larder.lake.metrics import LAYERS
from larder.ops.lineage import Lineage, Node, meta
from larder.redaction import MASK

# Counts that the tests of dbt and dbt_utils add to their results.
COUNTS = frozenset({"n_records", "row_count", "failures"})
# The names that dbt's tests give to the tested column.
RENAMED = frozenset({"unique_field", "value_field", "from_field"})
LONGEST = 60  # characters of a value


@dataclass(frozen=True)
class Columns:
    """Column names in lower case, split into harmless and personal ones.

    Only the name decides: a row that fails a test may come from any model, or from several.
    """

    harmless: frozenset[str]
    personal: frozenset[str]

    def may_show(self, name: str) -> bool:
        """Whether a column, or its name without a prefix, is declared and not personal."""
        words = name.lower().split("_")
        endings = {"_".join(words[start:]) for start in range(len(words))}
        # A single word such as `name` is too general: its prefix may make it personal.
        specific = {ending for ending in endings if "_" in ending} | {name.lower()}
        return not endings & self.personal and bool(specific & self.harmless)


def columns(lineage: Lineage) -> Columns:
    """The columns that the project declares. One that has `meta.personal` anywhere is personal everywhere.

    Only those of bronze, silver and gold can be harmless: `ops` and other schemas hold no shop data.
    """
    found = [
        (column["name"].lower(), bool(meta(column).get("personal")), node.get("schema") in LAYERS)
        for node in lineage.nodes.values()
        for column in (node.get("columns") or {}).values()
    ]
    personal = {name for name, is_personal, _ in found if is_personal}
    return Columns(
        frozenset(name for name, _, in_layers in found if in_layers and name not in personal),
        frozenset(personal),
    )


def mask_row(row: dict[str, Any], test: Node, known: Columns) -> Sample:
    """A row that fails a test, with every value masked unless its column is known to be harmless.

    Args:
        row: column names to values.
        test: the test's node in the manifest, which has the real name of a renamed column.
        known: the project's columns.
    """
    return {
        name: format_value(value) if _may_show(name, test, known) else MASK for name, value in row.items()
    }


def mask_record(row: dict[str, Any], known: Columns) -> Sample:
    """A record's values as JSON text, each masked unless its column is known to be harmless."""
    return {
        name: format_value(json.dumps(value, ensure_ascii=False)) if known.may_show(name) else MASK
        for name, value in row.items()
    }


def _may_show(name: str, test: Node, known: Columns) -> bool:
    column = str(test.get("column_name") or "") if name in RENAMED else name
    return column in COUNTS or known.may_show(column)


def format_value(value: Any) -> str:
    """A value as one line; a long one is cut."""
    text = "null" if value is None else " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"

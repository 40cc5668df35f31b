"""What was rejected, and what has become of it; without values."""

from larder.report import text
from larder.report.blocks import Block, Cell, Sentence, Table, columns
from larder.report.warehouse import Warehouse


def blocks(warehouse: Warehouse) -> list[Block]:
    """Rejected rows by table, rule and column; open ones first."""
    found = warehouse.rows("quality/quarantine")
    if not found:
        return [Sentence("No row was rejected.", "good")]
    rows = [
        [
            Cell(one["table_name"], detail=one["source"]),
            Cell(one["rule"], detail=str(one["column_name"] or "")),
            Cell(text.number(one["open_count"]), "warn" if one["open_count"] else ""),
            Cell(text.number(one["resolved_count"])),
            Cell(text.number(one["replayed_count"])),
            Cell(text.number(one["discarded_count"])),
            Cell(text.moment(one["open_since"]) if one["open_since"] else ""),
            Cell(text.moment(one["last_seen_at"])),
            Cell(text.owner(one["owner"])),
        ]
        for one in found
    ]
    heads = columns(
        "Table", "Rule", "#Open", "#Resolved", "#Replayed", "#Discarded", "Open since", "Last seen", "Owner"
    )
    return [Table("Rejected rows by table, rule and column", heads, rows)]

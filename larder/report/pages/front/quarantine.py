"""The rejected rows that are open, or new on the date; without their values."""

from larder.report import text
from larder.report.blocks import Block, Cell, Sentence, Table, columns
from larder.report.warehouse import Warehouse


def blocks(warehouse: Warehouse) -> list[Block]:
    """Rejected rows by source and rule."""
    found = warehouse.rows("front/quarantine")
    if not found:
        return [Sentence("No rejected row is open.", "good")]
    rows = [
        [
            Cell(one["source"], detail=one["table_names"]),
            Cell(one["rule"]),
            Cell(text.number(one["new_count"]), "warn" if one["new_count"] else ""),
            Cell(text.number(one["open_count"]), "warn" if one["open_count"] else ""),
            Cell(text.moment(one["open_since"]) if one["open_since"] else ""),
        ]
        for one in found
    ]
    return [Table("Rejected rows", columns("Source", "Rule", "#New", "#Open", "Open since"), rows)]

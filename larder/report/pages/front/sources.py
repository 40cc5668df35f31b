"""How fresh the sources are, and what they brought."""

from larder.report import text
from larder.report.blocks import Block, Cell, Table, columns, tone
from larder.report.warehouse import Warehouse


def freshness(warehouse: Warehouse) -> list[Block]:
    """How old each source is."""
    sources = warehouse.some("front/freshness", "The age of sources was not looked at yet.")
    rows = [
        [
            Cell(source["table_name"]),
            Cell(
                text.hours(source["age_hours"]),
                detail=f"of {text.hours(source['warn_after_hours'] or source['error_after_hours'])}",
            ),
            Cell("fresh" if source["status"] == "pass" else str(source["status"]), tone(source["status"])),
        ]
        for source in sources
    ]
    return [Table("Source freshness", columns("Source", "#Age", "State"), rows)]


def loads(warehouse: Warehouse) -> list[Block]:
    """What the latest run brought into Bronze."""
    loads = warehouse.some("front/loads", "No load of this date is recorded.")
    most = max(load["row_count"] or 0 for load in loads) or 1
    rows = [
        [
            Cell(load["table_name"]),
            Cell(text.number(load["row_count"]), share=100 * (load["row_count"] or 0) / most),
            Cell(text.size(load["size_bytes"])),
        ]
        for load in loads
    ]
    return [Table("Loaded rows", columns("Table", "#Rows", "#Size"), rows)]

"""The freshness of the sources, and the rows that were loaded from them."""

from larder.report import text
from larder.report.blocks import Block, Cell, Table, columns, tone
from larder.report.warehouse import Warehouse


def freshness(warehouse: Warehouse) -> list[Block]:
    """The age of each source table."""
    sources = warehouse.some("front/freshness", "The freshness of sources has not been checked yet.")
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
    """The rows that the latest run loaded into Bronze."""
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

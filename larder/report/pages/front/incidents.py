"""The open incidents."""

from larder.report import text
from larder.report.blocks import Block, Cell, Sentence, Table, columns
from larder.report.warehouse import Warehouse


def blocks(warehouse: Warehouse) -> list[Block]:
    """Each open incident, with its owner."""
    incidents = warehouse.rows("front/incidents")
    if not incidents:
        return [Sentence("No incident is open.", "good")]
    rows = [
        [
            Cell(incident["subject"] or text.UNKNOWN, detail=incident["kind"] or ""),
            Cell(text.owner(incident["owner"])),
            Cell(text.moment(incident["opened_at"])),
            Cell(text.day(incident["business_date"])),
            Cell(incident["summary"] or "", is_code=True),
        ]
        for incident in incidents
    ]
    heads = columns("What", "Owner", "Open since", "Business date", "What happened")
    return [Table("Open incidents", heads, rows)]

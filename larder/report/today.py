"""What was promised, what is looked after, how fresh sources are and what they brought."""

from collections.abc import Sequence
from datetime import timedelta

from larder.report import text
from larder.report.blocks import Block, Cell, Sentence, Table, columns, tone
from larder.report.warehouse import Row, Warehouse


def service_levels(warehouse: Warehouse) -> list[Block]:
    """Who promised what by when, and whether it was kept."""
    levels = warehouse.some("front/service_levels", "No service level is declared for this date.")
    kept = [level for level in levels if level["is_kept"]]
    others = [level for level in levels if not level["is_kept"]]
    blocks: list[Block] = [_levels("Service levels missed or still open", others)] if others else []
    if kept:
        blocks.append(_levels("Service levels kept", kept, f"{len(kept):,} of {len(levels):,} kept"))
    return blocks


def _levels(caption: str, levels: Sequence[Row], summary: str = "") -> Table:
    rows = [
        [
            Cell(level["name"]),
            _kept(level),
            Cell(text.moment(level["due_at"])),
            Cell(text.moment(level["ready_at"]) if level["ready_at"] else "not yet"),
            Cell(text.owner(level["owner"])),
        ]
        for level in levels
    ]
    return Table(caption, columns("Table", "Kept", "Due", "Ready", "Owner"), rows, summary=summary)


def incidents(warehouse: Warehouse) -> list[Block]:
    """What is being looked after."""
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


def _kept(level: Row) -> Cell:
    if level["is_kept"] is None:
        return Cell("not due yet", "idle")
    if level["is_kept"]:
        spare = level["due_at"] - level["ready_at"] if level["ready_at"] else timedelta()
        return Cell("kept", "good", f"{text.minutes(spare.total_seconds() / 60)} to spare")
    late = level["minutes_late"]
    return Cell("missed", "bad", f"{text.minutes(late)} late" if level["ready_at"] else "not ready yet")

"""The service levels of the business date, and whether they were kept."""

from collections.abc import Sequence
from datetime import timedelta

from larder.report import text
from larder.report.blocks import Block, Cell, Table, columns
from larder.report.warehouse import Row, Warehouse


def blocks(warehouse: Warehouse) -> list[Block]:
    """Each service level, its owner and due time, and whether it was kept."""
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


def _kept(level: Row) -> Cell:
    if level["is_kept"] is None:
        return Cell("not due yet", "idle")
    if level["is_kept"]:
        spare = level["due_at"] - level["ready_at"] if level["ready_at"] else timedelta()
        return Cell("kept", "good", f"{text.minutes(spare.total_seconds() / 60)} to spare")
    late = level["minutes_late"]
    return Cell("missed", "bad", f"{text.minutes(late)} late" if level["ready_at"] else "not ready yet")

"""Key figures of the business date."""

from larder.report import text
from larder.report.blocks import Block, Tile, Tiles
from larder.report.pages.front.state import NO_RUN_OF_DATE
from larder.report.warehouse import NoDataError, Warehouse


def blocks(warehouse: Warehouse) -> list[Block]:
    """Key figures of the date; those whose table is missing are skipped."""
    day_runs = warehouse.some("front/day_runs", NO_RUN_OF_DATE)
    run = day_runs[-1]
    tiles = [
        Tile(
            "Latest run took",
            text.seconds(run["duration_seconds"]),
            f"{text.count(len(day_runs), 'run')} of this date",
        )
    ]
    for make in (_tests, _loaded, _rejected, _kept, _open_incidents):
        try:
            tiles.append(make(warehouse))
        except NoDataError:
            # The section of that table says so.
            continue
    return [Tiles(tiles)]


def _tests(warehouse: Warehouse) -> Tile:
    tests = warehouse.rows("front/tests")[0]
    failed, warned = tests["failed_count"], tests["warned_count"]
    return Tile(
        "Tests passed",
        f"{tests['passed_count']:,} of {tests['test_count']:,}",
        f"{failed:,} failed, {warned:,} warned",
        "bad" if failed else "warn" if warned else "good",
    )


def _loaded(warehouse: Warehouse) -> Tile:
    loads = warehouse.rows("front/loads")
    return Tile(
        "Rows loaded",
        text.number(sum(load["row_count"] or 0 for load in loads)),
        f"from {text.count(len({load['source'] for load in loads}), 'source')}",
    )


def _rejected(warehouse: Warehouse) -> Tile:
    found = warehouse.rows("front/quarantine")
    is_open, new = (sum(one[name] for one in found) for name in ("open_count", "new_count"))
    return Tile(
        "Rejected rows open", text.number(is_open), f"{new:,} new on this date", "warn" if is_open else "good"
    )


def _kept(warehouse: Warehouse) -> Tile:
    levels = warehouse.some("front/service_levels", "")
    missed = sum(level["is_kept"] is False for level in levels)
    ready = sum(level["ready_at"] is not None for level in levels)
    return Tile(
        "Ready tables",
        f"{ready:,} of {len(levels):,}",
        f"{text.count(missed, 'service level')} missed",
        "" if not missed else "warn" if ready == len(levels) else "bad",
    )


def _open_incidents(warehouse: Warehouse) -> Tile:
    incidents = warehouse.rows("front/incidents")
    return Tile(
        "Open incidents",
        text.number(len(incidents)),
        f"the oldest since {text.moment(incidents[0]['opened_at'])}"
        if incidents
        else "nothing to look after",
        "bad" if incidents else "good",
    )

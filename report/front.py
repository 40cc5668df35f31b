"""The front page: can the data of the business date be used, and if not, why, and whose is it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from report import runs, text
from report.blocks import Block, Cell, Failure, Group, Sentence, Table, Tile, Tiles, columns, section, tone
from report.day import Day, state
from report.links import run_link
from report.page import Banner, Page, Square
from report.warehouse import NoDataError, Row, Warehouse

NO_RUN_OF_DATE = "No run of this date is recorded."
NO_RUN = "No run is recorded yet. The first daily run fills this page."


def page(warehouse: Warehouse, prefect_ui_url: str | None) -> Page:
    """The page `index.html`."""
    front = _Front(warehouse, prefect_ui_url)
    return Page(
        "index.html",
        "Today",
        "",
        [
            Group(
                "",
                [
                    section("At a glance", front.tiles),
                    section(
                        "What failed", front.failures, "First causes only: not what was skipped for them."
                    ),
                    section(
                        "Service levels",
                        front.service_levels,
                        "On the business clock, in UTC; missed ones first.",
                    ),
                    section("Open incidents", front.incidents),
                    section("Source freshness", front.freshness, half=True),
                    section("What was loaded", front.loads, "By the latest run of the date.", half=True),
                    section("Latest runs", front.latest_runs),
                ],
            )
        ],
        front.banner(),
    )


@dataclass(frozen=True)
class _Front:
    warehouse: Warehouse
    prefect_ui_url: str | None

    def banner(self) -> Banner:
        """The state of the date; where nothing was ever run, that."""
        today = self.warehouse.business_date
        try:
            dates = self.warehouse.some("front/business_dates", NO_RUN)
        except NoDataError as error:
            return Banner(text.long_day(today), "idle", "Nothing yet", str(error), [], "", [])
        day = self._day(dates)
        squares = [
            Square(
                text.day(one["business_date"]),
                "good" if one["is_ready"] else "bad",
                "ready" if one["is_ready"] else "not ready",
                one["business_date"] == today,
            )
            for one in reversed(dates)
        ]
        link = run_link(self.prefect_ui_url, day.run["flow_run_id"] if day.run else None)
        return Banner(text.long_day(today), day.tone, day.word, day.sentence, _facts(day), link, squares)

    def _day(self, dates: Sequence[Row]) -> Day:
        today = self.warehouse.business_date
        ready = [one["business_date"] for one in dates if one["is_ready"] and one["business_date"] != today]
        return state(self.warehouse.rows("front/day_runs"), self._late_count(), ready[0] if ready else None)

    def _late_count(self) -> int:
        try:
            return sum(one["is_kept"] is False for one in self.warehouse.rows("front/service_levels"))
        except NoDataError:
            # Its own section says so.
            return 0

    def tiles(self) -> list[Block]:
        """The date in a few figures; those whose table is missing are left out."""
        day_runs = self.warehouse.some("front/day_runs", NO_RUN_OF_DATE)
        run = day_runs[-1]
        tiles = [
            Tile(
                "Latest run took",
                text.seconds(run["duration_seconds"]),
                f"{text.count(len(day_runs), 'run')} of this date",
            )
        ]
        for make in (self._tests, self._loaded, self._kept, self._open_incidents):
            try:
                tiles.append(make())
            except NoDataError:
                # The section of what is missing says so.
                continue
        return [Tiles(tiles)]

    def _tests(self) -> Tile:
        tests = self.warehouse.rows("front/tests")[0]
        failed, warned = tests["failed_count"], tests["warned_count"]
        return Tile(
            "Tests passed",
            f"{tests['passed_count']:,} of {tests['test_count']:,}",
            f"{failed:,} failed, {warned:,} warned",
            "bad" if failed else "warn" if warned else "good",
        )

    def _loaded(self) -> Tile:
        loads = self.warehouse.rows("front/loads")
        return Tile(
            "Rows loaded",
            text.number(sum(load["row_count"] or 0 for load in loads)),
            f"from {text.count(len({load['source'] for load in loads}), 'source')}",
        )

    def _kept(self) -> Tile:
        levels = self.warehouse.some("front/service_levels", "")
        missed = sum(level["is_kept"] is False for level in levels)
        ready = sum(level["ready_at"] is not None for level in levels)
        return Tile(
            "Ready tables",
            f"{ready:,} of {len(levels):,}",
            f"{text.count(missed, 'service level')} missed",
            "bad" if missed else "",
        )

    def _open_incidents(self) -> Tile:
        incidents = self.warehouse.rows("front/incidents")
        return Tile(
            "Open incidents",
            text.number(len(incidents)),
            f"the oldest since {text.moment(incidents[0]['opened_at'])}"
            if incidents
            else "nothing to look after",
            "bad" if incidents else "good",
        )

    def failures(self) -> list[Block]:
        """What failed in the latest run, as it was written down; the first cause first, the step last."""
        run = self.warehouse.some("front/day_runs", NO_RUN_OF_DATE)[-1]
        found: list[Block] = []
        for make in (self._stale_sources, self._failed_nodes):
            try:
                found += make()
            except NoDataError as error:
                found.append(Sentence(str(error), "idle"))
        if run["outcome"] != "completed":
            found.append(
                Failure(
                    str(run["failed_step"] or run["run_name"]),
                    "step failed",
                    [("Run", str(run["run_name"])), ("Ended", text.moment(run["finished_at"]))],
                    str(run["error"] or ""),
                )
            )
        if not any(block.kind == "failure" for block in found):
            return [*found, Sentence("Nothing failed.", "good")]
        if run["skipped_count"]:
            found.append(Sentence(f"{text.count(run['skipped_count'], 'node')} skipped because of this."))
        return found

    def _stale_sources(self) -> list[Block]:
        return [
            Failure(
                str(source["table_name"]),
                "source too old",
                [
                    ("Owner", text.owner(source["owner"])),
                    ("Age", text.hours(source["age_hours"])),
                    ("At most", text.hours(source["error_after_hours"])),
                    ("Newest row", text.moment(source["max_loaded_at"])),
                ],
                "",
            )
            for source in self.warehouse.rows("front/stale_sources")
        ]

    def _failed_nodes(self) -> list[Block]:
        return [_failed_node(node) for node in self.warehouse.rows("front/failures")]

    def service_levels(self) -> list[Block]:
        """Who promised what by when, and whether it was kept."""
        levels = self.warehouse.some("front/service_levels", "No service level is declared for this date.")
        heads = columns("Table", "Owner", "Due", "Ready", "Kept")
        rows = [
            [
                Cell(level["name"]),
                Cell(text.owner(level["owner"])),
                Cell(text.moment(level["due_at"])),
                Cell(text.moment(level["ready_at"]) if level["ready_at"] else "not yet"),
                _kept(level),
            ]
            for level in levels
        ]
        return [Table("Service levels of the business date", heads, rows)]

    def incidents(self) -> list[Block]:
        """What is being looked after."""
        incidents = self.warehouse.rows("front/incidents")
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

    def freshness(self) -> list[Block]:
        """How old each source is."""
        sources = self.warehouse.some("front/freshness", "The age of sources was not looked at yet.")
        rows = [
            [
                Cell(source["table_name"]),
                Cell(
                    text.hours(source["age_hours"]),
                    detail=f"of {text.hours(source['warn_after_hours'] or source['error_after_hours'])}",
                ),
                Cell(
                    "fresh" if source["status"] == "pass" else str(source["status"]), tone(source["status"])
                ),
            ]
            for source in sources
        ]
        return [Table("Source freshness", columns("Source", "#Age", "State"), rows)]

    def loads(self) -> list[Block]:
        """What the latest run brought into Bronze."""
        loads = self.warehouse.some("front/loads", "No load of this date is recorded.")
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

    def latest_runs(self) -> list[Block]:
        """The last runs of any date."""
        return [runs.run_table(self.warehouse.some("runs/history", NO_RUN)[:8], self.prefect_ui_url)]


def _facts(day: Day) -> list[str]:
    if day.run is None or day.since is None:
        return []
    word = "since" if day.tone != "bad" else "stopped at"
    facts = [f"{word} {text.moment(day.since)} UTC"]
    if day.run["warned_count"]:
        facts.append(text.count(day.run["warned_count"], "warning"))
    return facts


def _failed_node(node: Row) -> Failure:
    facts = [("Owner", text.owner(node["owner"]))]
    if node["tested"]:
        column = f".{node['column_name']}" if node["column_name"] else ""
        facts.append(("Tests", f"{node['tested']}{column}"))
    if node["failure_count"] is not None:
        facts.append(("Rows that fail", text.number(node["failure_count"])))
    facts.append(("Failing since", text.moment(node["failing_since"] or node["finished_at"])))
    return Failure(
        str(node["name"]), f"{node['kind']} {_past(node['status'])}", facts, str(node["message"] or "")
    )


def _past(status: str) -> str:
    return "failed" if status in ("fail", "error") else status


def _kept(level: Row) -> Cell:
    if level["is_kept"] is None:
        return Cell("not due yet", "idle")
    if level["is_kept"]:
        spare = level["due_at"] - level["ready_at"] if level["ready_at"] else timedelta()
        return Cell("kept", "good", f"{text.minutes(spare.total_seconds() / 60)} to spare")
    late = level["minutes_late"]
    return Cell("missed", "bad", f"{text.minutes(late)} late" if level["ready_at"] else "not ready yet")

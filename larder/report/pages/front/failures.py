"""What failed in the latest run of the business date, and who owns it."""

from larder.report import text
from larder.report.blocks import Block, Failure, Sentence
from larder.report.pages.front.state import NO_RUN_OF_DATE
from larder.report.warehouse import NoDataError, Row, Warehouse


def blocks(warehouse: Warehouse) -> list[Block]:
    """What failed, with errors verbatim; root causes first, the step last."""
    run = warehouse.some("front/day_runs", NO_RUN_OF_DATE)[-1]
    found: list[Block] = []
    for make in (_stale_sources, _failed_nodes):
        try:
            found += make(warehouse)
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


def _stale_sources(warehouse: Warehouse) -> list[Block]:
    return [
        Failure(
            str(source["table_name"]),
            "source too old",
            [
                ("Owner", text.owner(source["owner"])),
                ("Age", text.hours(source["age_hours"])),
                ("At most", text.hours(source["error_after_hours"])),
                ("Latest row", text.moment(source["max_loaded_at"])),
            ],
            "",
        )
        for source in warehouse.rows("front/stale_sources")
    ]


def _failed_nodes(warehouse: Warehouse) -> list[Block]:
    return [_failed_node(node) for node in warehouse.rows("front/failures")]


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

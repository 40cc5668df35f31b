"""Elementary's report: this project's tables, tests and their history, freshness, run times and lineage.

The command `edr` of the package elementary-data makes it, in this process, from the tables of the dbt package
elementary: its own, or the views over `ops` that stand in for them (`airgap/elementary`).
"""

from pathlib import Path

from pyiceberg.exceptions import NoSuchNamespaceError

from larder import settings
from larder.lake.catalog import catalog
from larder.runtime import build_plan, dbt_commands, dbt_packages, edr

SCHEMA = "elementary"
BUILT_FROM = "larder.built-from"  # a property of that schema: which package its tables were made from
KEEP_ARTIFACTS = "--no-write-json"  # those in dbt's target folder are of the day's build


def prepare() -> None:
    """Before dbt finds anything: make the tables the real package writes to; a stand-in has views."""
    if not _has_stand_in():
        _make_tables()


def run_monitors(*, sources_only: bool) -> None:
    """Run the anomaly monitors, all or those of sources; what they find is `monitors.json` in dbt's target.

    After the build, which leaves them out: they stop nothing, and the real package's read the tables.

    Raises:
        LarderError: a monitor could not be run. What it finds is a warning, and no error.
    """
    selected = f"source:*,{build_plan.MONITORS}" if sources_only else build_plan.MONITORS
    dbt_commands.invoke(
        "test", "--select", selected, KEEP_ARTIFACTS, results=dbt_commands.target_path() / "monitors.json"
    )


def make_report(folder: Path) -> None:
    """Make the report as `index.html` in a folder; one that cannot be made leaves the last one there.

    Raises:
        LarderError: it cannot be made.
    """
    _make_tables()
    if not _has_stand_in():
        # What the project consists of, and what became of it; the stand-in's views have both from `ops`.
        dbt_commands.invoke("run", "--select", "elementary.edr.dbt_artifacts", KEEP_ARTIFACTS)
        dbt_commands.invoke("run-operation", "fill_run_results", KEEP_ARTIFACTS)
    page = edr.page(settings.home() / "elementary")
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "index.html.new"
    made.write_text(page, encoding="utf-8")
    made.replace(folder / "index.html")


def _has_stand_in() -> bool:
    return dbt_packages.has_stand_ins()


def _make_tables() -> None:
    """Make the tables of the dbt package elementary where they are missing or another package's."""
    package = dbt_packages.installed()
    try:
        properties = catalog().load_namespace_properties(SCHEMA)
    except NoSuchNamespaceError:
        properties = {}
    if properties.get(BUILT_FROM) != package:
        if BUILT_FROM in properties:
            # A stand-in's views are where the real package makes tables.
            dbt_commands.invoke(
                "run-operation", "drop_views", "--args", f"{{schema: {SCHEMA}}}", KEEP_ARTIFACTS
            )
        dbt_commands.invoke("run", "--select", "package:elementary", KEEP_ARTIFACTS)
        catalog().update_namespace_properties(SCHEMA, updates={BUILT_FROM: package})

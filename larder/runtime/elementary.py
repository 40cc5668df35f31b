"""Elementary's report: this project's tables, tests and their history, freshness, run times and lineage.

`edr`, the command of the package elementary-data, makes it in this process from the tables of the dbt package
elementary: the real ones, or the views over `ops` that stand in for them (`airgap/elementary`).
"""

import hashlib
import json
from pathlib import Path

from pyiceberg.exceptions import NoSuchNamespaceError

from larder import settings
from larder.lake.catalog import open_catalog
from larder.ops import schema
from larder.runtime import build_plan, dbt_commands, dbt_packages, edr

SCHEMA = "elementary"
BUILT_FROM = "larder.built-from"  # a property of that schema: the package that built its tables
KEEP_ARTIFACTS = "--no-write-json"  # keep the daily build's in dbt's target folder


def prepare() -> None:
    """Create the tables that the real package writes dbt's results to. A stand-in has only views."""
    if not _has_stand_in():
        _make_tables()


def run_monitors(*, sources_only: bool) -> None:
    """Run the anomaly monitors, all or only those of sources; writes `monitors.json` in dbt's target folder.

    They run after the build, which excludes them: they block nothing, and the real package's monitors read
    the tables that it builds.

    Raises:
        LarderError: a monitor could not run. An anomaly is only a warning.
    """
    selected = f"source:*,{build_plan.MONITORS}" if sources_only else build_plan.MONITORS
    monitors = dbt_commands.target_path() / "monitors.json"
    dbt_commands.invoke("test", build_plan.CACHE, "--select", selected, KEEP_ARTIFACTS, results=monitors)


def make_report(folder: Path) -> None:
    """Make the report as `index.html` in a folder. If that fails, the last report stays.

    Raises:
        LarderError: the report cannot be made.
    """
    _make_tables()
    if not _has_stand_in():
        # The project's nodes and their results; the stand-in's views read both from `ops`.
        dbt_commands.invoke("run", "--select", "elementary.edr.dbt_artifacts", KEEP_ARTIFACTS)
        dbt_commands.invoke("run-operation", "fill_run_results", KEEP_ARTIFACTS)
    page = edr.make_page(settings.home() / "elementary")
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / "index.html.new"
    scratch.write_text(page, encoding="utf-8")
    scratch.replace(folder / "index.html")


def _has_stand_in() -> bool:
    return dbt_packages.has_stand_ins()


def _package() -> str:
    """The package whose tables are needed; a stand-in's views are made for the columns that `ops` has."""
    if not _has_stand_in():
        return dbt_packages.installed()
    columns = {table: sorted(types) for table, (types, _, _) in schema.TABLES.items()}
    digest = hashlib.sha256(json.dumps(columns, sort_keys=True).encode()).hexdigest()
    return f"{dbt_packages.installed()}; ops {digest[:16]}"


def _make_tables() -> None:
    """Build the tables of the dbt package elementary if they are missing or built by another package."""
    package = _package()
    try:
        properties = open_catalog().load_namespace_properties(SCHEMA)
    except NoSuchNamespaceError:
        properties = {}
    if properties.get(BUILT_FROM) != package:
        if BUILT_FROM in properties:
            # A stand-in has views under the names of the real package's tables.
            dbt_commands.invoke(
                "run-operation", "drop_views", "--args", f"{{schema: {SCHEMA}}}", KEEP_ARTIFACTS
            )
        dbt_commands.invoke("run", "--select", "package:elementary", KEEP_ARTIFACTS)
        open_catalog().update_namespace_properties(SCHEMA, updates={BUILT_FROM: package})

"""What the dbt project declares for alerts: owners, times to be ready by, and which columns are personal."""

import re
from typing import Any

import pytest

from larder.alerts.masking import columns
from larder.ops.lineage import Lineage, meta

# What the shop knows of a household, besides its id.
DEMOGRAPHICS = {
    "age_band", "income_band", "home_ownership", "marital_status", "household_size", "household_composition",
    "kids_count",
}  # fmt: skip


@pytest.fixture(scope="module")
def project(manifest: dict[str, Any]) -> Lineage:
    """The project as dbt reads it now."""
    return Lineage(manifest)


def _of(project: Lineage, *kinds: str) -> dict[str, dict[str, Any]]:
    own = {name: node for name, node in project.nodes.items() if node["package_name"] == "larder"}
    return {name: node for name, node in own.items() if node["resource_type"] in kinds}


def test_each_source_model_and_snapshot_has_an_owner_with_an_address(project: Lineage) -> None:
    own = {name: project.owner(name) for name in _of(project, "source", "model", "snapshot", "exposure")}
    assert own
    assert [
        name for name, owner in own.items() if not re.fullmatch(r"[^<>]+ <[^<>@ ]+@[^<> ]+>", owner)
    ] == []


def test_the_marts_and_the_shop_have_a_time_to_be_ready_by(project: Lineage) -> None:
    promised = {name for name, node in _of(project, "source", "model").items() if meta(node).get("ready_by")}
    marts = {name for name, node in _of(project, "model").items() if node["schema"] == "gold"}
    shop = {name for name, node in _of(project, "source").items() if node["source_name"] == "shop"}
    assert promised == marts | shop


def test_each_time_to_be_ready_by_is_valid(project: Lineage) -> None:
    times = {str(meta(node)["ready_by"]) for node in project.nodes.values() if "ready_by" in meta(node)}
    assert [time for time in times if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", time)] == []


def test_household_columns_are_personal(project: Lineage) -> None:
    assert columns(project).personal >= {"household_id", *DEMOGRAPHICS}

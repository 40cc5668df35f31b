"""Which nodes a test is about."""

from typing import Any

import pytest

from larder.ops.lineage import Lineage, find_tested_nodes

GENERIC = {"test_metadata": {"name": "relationships"}}


def depends_on(*nodes: str) -> dict[str, Any]:
    return {"resource_type": "test", "depends_on": {"nodes": list(nodes)}}


@pytest.mark.parametrize(
    ("test", "about"),
    [
        (depends_on("model.a", "model.b") | GENERIC | {"attached_node": "model.a"}, ["model.a"]),
        # dbt attaches a source's test to nothing, and lists the source last.
        (depends_on("model.a", "source.s") | GENERIC, ["source.s"]),
        (depends_on("model.a", "model.b"), ["model.a", "model.b"]),
        (depends_on(), []),
    ],
    ids=["of a model", "of a source", "singular", "of nothing"],
)
def test_tested_nodes_are_found(test: dict[str, Any], about: list[str]) -> None:
    assert find_tested_nodes(test) == about


def test_an_ephemeral_model_holds_no_data_that_could_be_affected() -> None:
    def model(name: str, parent: str, materialized: str) -> dict[str, Any]:
        config = {"materialized": materialized}
        depends_on = {"nodes": [parent]}
        return {"resource_type": "model", "name": name, "config": config, "depends_on": depends_on}

    nodes = {"model.a": model("a", "source.s", "ephemeral"), "model.b": model("b", "model.a", "table")}
    affected = Lineage({"nodes": nodes}).downstream(["source.s"])
    assert [one.name for one in affected] == ["b"]

"""What the models of gold declare of their columns: which are not personal."""

from collections.abc import Iterable, Iterator
from typing import Any

from dbt.artifacts.schemas.results import NodeStatus

from larder.publication.masking import GOLD


def shown_columns(manifest: Any, results: Iterable[Any]) -> dict[str, list[str]]:
    """The declared columns, not personal, of each table of gold that a command built, by its name.

    A column that is marked `meta.personal` anywhere is personal everywhere, as in alerts.
    """
    nodes = [*manifest.nodes.values(), *manifest.sources.values()]
    personal = {name for node in nodes for name in _personal(node)}
    built = [one.node for one in results if one.status == NodeStatus.Success]
    return {
        node.alias: [name for name in node.columns if name.lower() not in personal]
        for node in built
        if node.resource_type == "model" and node.schema == GOLD
    }


def _personal(node: Any) -> Iterator[str]:
    for name, column in node.columns.items():
        if (column.config.meta | column.meta).get("personal"):
            yield name.lower()

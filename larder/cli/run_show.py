"""The text of `larder run show`: how a build that was not published differs from what readers see."""

from collections.abc import Iterator, Sequence

from larder import settings
from larder.errors import LarderError
from larder.ops import artifacts
from larder.publication.unpublished import Changed

HEADING = ("table", "published", "on the branch", "added", "removed", "changed")
WIDTHS = (36, 14, 14, 12, 12, 12)


def describe(branch: str, changed: Sequence[Changed], *, rows_only: bool = False) -> Iterator[str]:
    """Yield the lines: one for each table that the branch changed, with numbers of rows.

    Args:
        branch: the branch.
        changed: its tables.
        rows_only: leave out how many rows were added, removed and changed, which takes Spark.
    """
    yield f"{branch}: {len(changed)} tables differ from what is published"
    if not changed:
        return
    columns = HEADING[:3] if rows_only else HEADING
    yield _line(columns)
    keys = {} if rows_only else _keys()
    for one in sorted(changed, key=lambda one: one.table):
        counts: tuple[int, ...] = (one.published_rows, one.branch_rows)
        if not rows_only:
            from larder.runtime.branch_queries import compare

            difference = compare(one, keys.get(one.table, ()))
            counts = (*counts, difference.added, difference.removed, difference.changed)
        yield _line((one.table, *(f"{count:,}" for count in counts)))
    yield f"For a query on it: larder run show {branch} --query SQL"


def _line(cells: Sequence[str]) -> str:
    first, *others = cells
    widths = WIDTHS[1 : len(cells)]
    return f"{first:<{WIDTHS[0]}}" + "".join(
        f"{cell:>{width}}" for cell, width in zip(others, widths, strict=True)
    )


def _keys() -> dict[str, tuple[str, ...]]:
    """The unique key of each model that declares one, by its table; none if dbt's manifest is missing."""
    try:
        manifest = artifacts.read_artifact(settings.dbt_target(), "manifest")
    except LarderError:
        return {}
    found = {}
    for node in manifest["nodes"].values():
        key = node["config"].get("unique_key")
        if key:
            found[f"{node['schema']}.{node['alias']}"] = (key,) if isinstance(key, str) else tuple(key)
    return found

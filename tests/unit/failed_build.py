"""A small project's lineage, and artifacts of a build of it that failed."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from larder.alerts.incident import Run
from larder.runtime.dbt_commands import BuildFailed

BEGAN = datetime(2017, 12, 30, 4, 0, tzinfo=UTC)
RUN = Run(date(2017, 12, 29), "daily 2017-12-29", "0a1b")
ERROR = BuildFailed("dbt build: test unique_dim_products: Got 12 results; fix it, then run the date again")
ANALYTICS, CATEGORY = "Analytics <analytics@example.com>", "Category <cat@example.com>"
HOUSEHOLD, AGE = "4711", "45-54"


def node(name: str, parents: list[str], owner: str = "", **others: Any) -> dict[str, Any]:
    """A node of the manifest."""
    kind, _, short = name.partition(".")
    config = {"meta": {"owner": owner} if owner else {}}
    plain = {
        "unique_id": name,
        "resource_type": kind,
        "name": short,
        "config": config,
        "columns": {},
        "schema": "gold",
    }
    return plain | {"depends_on": {"nodes": parents}, "original_file_path": f"models/{short}.sql"} | others


def columns_of(**personal: bool) -> dict[str, Any]:
    """Columns by whether they are personal."""
    return {name: {"name": name, "config": {"meta": {"personal": is_so}}} for name, is_so in personal.items()}


PRODUCTS = node("model.dim_products", ["source.shop.products"], ANALYTICS, patch_path="larder://models/p.yml")
NODES = [
    PRODUCTS | {"columns": columns_of(product_id=False, updated_at=False)},
    node("model.fct_baskets", [], "", columns=columns_of(household_id=True, age_band=True, store_id=False)),
    node("snapshot.prices", ["model.dim_products"], CATEGORY),
    node("model.price_history", ["snapshot.prices", "model.fct_baskets"], CATEGORY),
    node("test.unique", ["model.dim_products"], attached_node="model.dim_products", column_name="product_id"),
    node("test.known", ["model.fct_baskets", "model.dim_products"], attached_node="model.fct_baskets"),
    node("test.prices", ["model.price_history"], attached_node="model.price_history"),
]
EXPOSURE = node("exposure.trading", ["model.price_history"], type="dashboard", label="Trading") | {
    "owner": {"name": "Stores", "email": "stores@example.com"}
}
SOURCE = node("source.shop.products", [], "Shop <shop@example.com>") | {
    "name": "products",
    "source_name": "shop",
}


def result(
    name: str, status: str, minute: int, failures: int | None = None, words: str = ""
) -> dict[str, Any]:
    """A result of a node that ended at a minute past four."""
    timing = [{"name": "execute", "completed_at": f"2017-12-30T04:{minute:02}:00.000000Z"}] if minute else []
    plain = {"unique_id": name, "status": status, "failures": failures, "message": words, "timing": timing}
    return plain | {"compiled_code": f"select * from {name}"}


Target = Callable[..., Path]


def target_in(folder: Path) -> Target:
    """Writes a target folder: a manifest and the results of a build, or of `source freshness`."""

    def write(
        *results: dict[str, Any],
        schema: int = 12,
        at: str = "2017-12-30T04:20:00Z",
        kind: str = "run_results",
    ) -> Path:
        about = {"dbt_version": "1.11.16", "generated_at": at, "invocation_id": "i1"}
        manifest = {
            "metadata": about
            | {"dbt_schema_version": f"https://schemas.getdbt.com/dbt/manifest/v{schema}.json"},
            "nodes": {one["unique_id"]: one for one in NODES},
            "sources": {SOURCE["unique_id"]: SOURCE},
            "exposures": {EXPOSURE["unique_id"]: EXPOSURE},
        }
        version = {"run_results": "run-results/v6", "sources": "sources/v3"}[kind]
        found = {"metadata": about | {"dbt_schema_version": f"https://schemas.getdbt.com/dbt/{version}.json"}}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        (folder / f"{kind}.json").write_text(json.dumps(found | {"results": results}))
        return folder

    return write

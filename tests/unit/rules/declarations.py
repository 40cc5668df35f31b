"""Rules for what each model, snapshot and source must declare."""

import re
from pathlib import PurePosixPath

from tests.unit.rules.project import Project, Rule, Violations, label, layer, parents

MAX_LINES = 120


def names_fit_the_folder(project: Project) -> Violations:
    """A model's name says what it is and where its file is.

    Remedy: rename the model or move its file: models/staging/<source>/stg_<source>__<entities>,
    models/intermediate/<domain>/int_<entities>__<verb>, models/marts/core/dim_<entities> or fct_<events>,
    models/marts/<domain>/<entities> without a prefix, snapshots/snap_<source>__<entities>.
    """
    for node in project.models:
        path = PurePosixPath(node["original_file_path"])
        folder = path.parent.name
        pattern = {
            "staging": rf"stg_{folder}__[a-z0-9_]+",
            "intermediate": r"int_[a-z0-9]+(_[a-z0-9]+)*__[a-z0-9_]+",
            "marts": r"(dim|fct)_[a-z0-9_]+"
            if folder == "core"
            else r"(?!stg_|int_|dim_|fct_|snap_)[a-z0-9_]+",
            "snapshots": r"snap_[a-z0-9]+__[a-z0-9_]+",
        }.get(layer(node))
        depth = 2 if layer(node) == "snapshots" else 4
        if pattern is None or len(path.parts) != depth or not re.fullmatch(pattern, node["name"]):
            yield label(node), f"is in {path.parent}"


def every_key_is_tested(project: Project) -> Violations:
    """A join on a key that repeats multiplies rows, and money, without an error.

    Remedy: test the key with unique and not_null, or a key of several columns with
    dbt_utils.unique_combination_of_columns; for an ephemeral model, whose mart tests it, add a unit test.
    """
    for node in project.models:
        tests = project.tests_of(node)
        columns = {column for name, column in tests if name == "unique" and ("not_null", column) in tests}
        combined = any(name == "unique_combination_of_columns" for name, _ in tests)
        if node["config"]["materialized"] == "ephemeral":
            combined = node["unique_id"] in project.unit_tested
        if not columns and not combined:
            yield label(node), "has no tested key"


def every_model_is_tested(project: Project) -> Violations:
    """An untested model may be wrong for months.

    Remedy: add a data test, or a unit test if the logic branches.
    """
    for node in project.models:
        if not project.tests_of(node) and node["unique_id"] not in project.unit_tested:
            yield label(node), "has no test"


def every_description_opens_with_the_grain(project: Project) -> Violations:
    """Before querying a table, one must know what one of its rows stands for.

    Remedy: let the description begin with "One row per".
    """
    for node in project.models:
        if not re.match(r"One row per \w", node["description"]):
            yield label(node), f"begins with {node['description'][:40]!r}"


def every_column_is_described(project: Project) -> Violations:
    """Analysts read the documentation, not the SQL.

    Remedy: describe each column in the .yml; use a doc block for a column that three models share.
    """
    for node in [*project.models, *project.sources]:
        missing = [name for name, column in node["columns"].items() if not column["description"].strip()]
        if missing or not node["columns"]:
            yield label(node), f"does not describe {', '.join(missing) or 'any column'}"


def every_source_has_a_freshness(project: Project) -> Violations:
    """Marts built from a source that stopped arriving look right but are out of date.

    Remedy: set freshness with error_after in the source's .yml.
    """
    for node in project.sources:
        if not ((node["freshness"] or {}).get("error_after") or {}).get("count"):
            yield label(node), "has no freshness"


def every_mart_has_a_contract(project: Project) -> Violations:
    """Dashboards rely on a mart's columns and types.

    Remedy: leave the contract of dbt_project.yml enforced, and give each column its data_type.
    """
    for node in project.of_layer("marts"):
        if not node["contract"]["enforced"]:
            yield label(node), "has no enforced contract"


def every_model_has_a_yml_of_its_own(project: Project) -> Violations:
    """A file per model is found by name, and two people rarely change the same one.

    Remedy: describe the model in a .yml beside it, with the same stem.
    """
    for node in project.models:
        described = PurePosixPath(
            (node["patch_path"] or "").partition("://")[2] or node["original_file_path"]
        )
        expected = PurePosixPath(node["original_file_path"]).with_name(f"{node['name']}.yml")
        if described != expected:
            yield label(node), f"is described in {described}"


def every_model_is_short(project: Project) -> Violations:
    """A model of more than 120 lines does more than one thing.

    Remedy: move a step that can be named into an intermediate model.
    """
    for node in project.models:
        lines = len(node["raw_code"].splitlines())
        if lines > MAX_LINES:
            yield label(node), f"has {lines} lines"


def a_test_that_sets_rows_aside_knows_their_table_and_key(project: Project) -> Violations:
    """Its failing rows leave their table, and the record of each has to say which row it is.

    Remedy: remove meta.quarantine from the test, or let it be a generic test of a model that is a table with
    a unique_key, or of a source's table with a unique_key in its meta.
    """
    for test in project.tests:
        if not test["config"]["meta"].get("quarantine"):
            continue
        tested = project.nodes.get(test.get("attached_node") or parents(test)[0])
        config = tested["config"] if tested else {}
        is_table = config.get("materialized") in ("table", "incremental")
        key = config.get("unique_key") if is_table else (config.get("meta") or {}).get("unique_key")
        if not key or not test.get("test_metadata"):
            yield test["name"], "sets rows aside without a table and a key"


RULES: tuple[Rule, ...] = (
    names_fit_the_folder,
    every_key_is_tested,
    every_model_is_tested,
    every_description_opens_with_the_grain,
    every_column_is_described,
    every_source_has_a_freshness,
    every_mart_has_a_contract,
    every_model_has_a_yml_of_its_own,
    every_model_is_short,
    a_test_that_sets_rows_aside_knows_their_table_and_key,
)

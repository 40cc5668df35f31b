"""Rules for what may read what."""

import re

from tests.unit.rules.project import Project, Rule, Violations, ancestors, label, layer, parents


def only_staging_reads_sources(project: Project) -> Violations:
    """A source's names, types and duplicates are cleaned up once, in staging.

    Remedy: read the source's staging model; if there is none, add it.
    """
    for node in project.of_layer("intermediate", "marts", "snapshots", ""):
        for parent in parents(node):
            if parent.startswith("source."):
                yield label(node), f"reads {label(project.nodes[parent])}"


def a_staging_model_reads_one_source(project: Project) -> Violations:
    """A source table is read by one model, which changes nothing but its form.

    Remedy: read one source table and nothing else; put a join into an intermediate model or a mart.
    """
    for node in project.of_layer("staging"):
        read = [label(project.nodes[parent]) for parent in parents(node)]
        if len(read) != 1 or not parents(node)[0].startswith("source."):
            yield label(node), f"reads {', '.join(read) or 'nothing'}"


def staging_and_snapshots_read_no_later_layer(project: Project) -> Violations:
    """A layer that reads its own downstream models cannot be understood, or rebuilt, from the sources.

    Remedy: move the logic to the layer that it reads from, or a later one.
    """
    for node in project.of_layer("staging", "snapshots"):
        for parent in parents(node):
            if parent.startswith("model.") and layer(project.nodes[parent]) in ("intermediate", "marts"):
                yield label(node), f"reads {label(project.nodes[parent])}"


def every_model_reads_something(project: Project) -> Violations:
    """A model without parents has data of unknown origin: values in SQL, or a table named literally.

    Remedy: read them through source() or ref().
    """
    for node in project.models:
        if not parents(node):
            yield label(node), "reads no source and no model"


def no_table_is_named_literally(project: Project) -> Violations:
    """dbt does not see the dependency, and even a developer's target reads production's table.

    Remedy: name the table through source() or ref().
    """
    for node in project.models:
        for table in re.findall(r"\b(?:from|join)\s+(\w+\.\w+)", node["raw_code"]):
            yield label(node), f"reads {table}"


def exposures_read_gold_only(project: Project) -> Violations:
    """Dashboards read tables with a contract, whose changes are announced.

    Remedy: let the exposure depend on a mart; if none has what it needs, add it.
    """
    for exposure in project.exposures:
        for parent in parents(exposure):
            if project.nodes[parent]["schema"] != "gold":
                yield exposure["name"], f"reads {label(project.nodes[parent])}"


def a_failed_test_of_several_tables_holds_back_marts(project: Project) -> Violations:
    """dbt only skips, after a failed test, the models that depend on everything that the test reads.

    Remedy: name what is missing in a model that it is to hold back, as `-- depends_on: {{ ref('...') }}`.
    """
    upstream = {node["unique_id"]: ancestors(project, node) for node in project.models}
    for test in project.tests:
        if "test_metadata" in test:
            continue
        read = set(parents(test))
        if not any(read <= above for above in upstream.values()):
            yield label(test), f"no model depends on all of {', '.join(sorted(read))}"


RULES: tuple[Rule, ...] = (
    only_staging_reads_sources,
    a_staging_model_reads_one_source,
    staging_and_snapshots_read_no_later_layer,
    every_model_reads_something,
    no_table_is_named_literally,
    exposures_read_gold_only,
    a_failed_test_of_several_tables_holds_back_marts,
)

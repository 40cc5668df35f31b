"""Rules for what may read what."""

import re

from tests.unit.rules.project import Found, Project, Rule, label, layer, parents


def only_staging_reads_sources(project: Project) -> Found:
    """Names, types and duplicates of a source are put right once, in staging.

    Remedy: read the source's staging model; if there is none, add it.
    """
    for node in project.of_layer("intermediate", "marts", "snapshots", ""):
        for parent in parents(node):
            if parent.startswith("source."):
                yield label(node), f"reads {label(project.nodes[parent])}"


def a_staging_model_reads_one_source(project: Project) -> Found:
    """Whoever looks for a source's table finds it in one model, which changes nothing but its form.

    Remedy: read one source table and nothing else; put a join into an intermediate model or a mart.
    """
    for node in project.of_layer("staging"):
        read = [label(project.nodes[parent]) for parent in parents(node)]
        if len(read) != 1 or not parents(node)[0].startswith("source."):
            yield label(node), f"reads {', '.join(read) or 'nothing'}"


def staging_and_snapshots_read_no_later_layer(project: Project) -> Found:
    """A layer that reads what is made from it cannot be understood, or rebuilt, from the sources on.

    Remedy: move the logic to the layer that it reads from, or a later one.
    """
    for node in project.of_layer("staging", "snapshots"):
        for parent in parents(node):
            if parent.startswith("model.") and layer(project.nodes[parent]) in ("intermediate", "marts"):
                yield label(node), f"reads {label(project.nodes[parent])}"


def every_model_reads_something(project: Project) -> Found:
    """A model without parents holds data from nowhere: values in SQL, or a table that is named literally.

    Remedy: read them by source() or ref().
    """
    for node in project.models:
        if not parents(node):
            yield label(node), "reads no source and no model"


def no_table_is_named_literally(project: Project) -> Found:
    """dbt does not know the dependency, and the table is production's, also for a developer's target.

    Remedy: name the table by source() or ref().
    """
    for node in project.models:
        for table in re.findall(r"\b(?:from|join)\s+(\w+\.\w+)", node["raw_code"]):
            yield label(node), f"reads {table}"


def exposures_read_gold_only(project: Project) -> Found:
    """Dashboards read tables with a contract, whose changes are announced.

    Remedy: let the exposure depend on a mart; if none has what it needs, add it.
    """
    for exposure in project.exposures:
        for parent in parents(exposure):
            if project.nodes[parent]["schema"] != "gold":
                yield exposure["name"], f"reads {label(project.nodes[parent])}"


RULES: tuple[Rule, ...] = (
    only_staging_reads_sources,
    a_staging_model_reads_one_source,
    staging_and_snapshots_read_no_later_layer,
    every_model_reads_something,
    no_table_is_named_literally,
    exposures_read_gold_only,
)

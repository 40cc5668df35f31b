"""Slow models, and whether they are slower than usual."""

from collections.abc import Sequence
from itertools import groupby

from larder.report import charts, text
from larder.report.blocks import Block, Cell, Chart, Sentence, Table, columns, sparkline
from larder.report.warehouse import Row, Warehouse

NO_BUILD = "No model has been built yet."
# A model is slower if it takes 50 % longer than usual, and at least one second longer.
SLOW_FACTOR, SLOW_SECONDS = 1.5, 1.0


def slower(warehouse: Warehouse) -> list[Block]:
    """The models whose latest build took longer than usual."""
    models = warehouse.some("runs/models", NO_BUILD)
    slower = [
        model
        for model in models
        if model["usual_seconds"]
        and model["execution_seconds"] >= model["usual_seconds"] * SLOW_FACTOR
        and model["execution_seconds"] >= model["usual_seconds"] + SLOW_SECONDS
    ]
    if not slower:
        return [Sentence("None: every model took about as long as usual.", "good")]
    return [_models("Models slower than usual", slower)]


def slowest(warehouse: Warehouse) -> list[Block]:
    """The models that take longest."""
    return [_models("Slowest models", warehouse.some("runs/models", NO_BUILD)[:15])]


def _models(caption: str, models: Sequence[Row]) -> Table:
    heads = columns("Model", "#Latest", "#Usual", "#Change", "#Latest builds", "Owner")
    most = max(model["execution_seconds"] for model in models) or 1
    rows = [
        [
            Cell(model["model_name"], detail=f"{model['schema_name']}, {model['materialization']}"),
            Cell(text.seconds(model["execution_seconds"]), share=100 * model["execution_seconds"] / most),
            Cell(text.seconds(model["usual_seconds"])),
            Cell(_compare_to_usual(model)),
            Cell("", points=sparkline(model["times"])),
            Cell(text.owner(model["owner"])),
        ]
        for model in models
    ]
    return Table(caption, heads, rows)


def _compare_to_usual(model: Row) -> str:
    if not model["usual_seconds"]:
        return text.UNKNOWN
    return text.change(100 * (model["execution_seconds"] / model["usual_seconds"] - 1), 0)


def trend(warehouse: Warehouse) -> list[Block]:
    """The build times of the slowest models, by business date."""
    builds = warehouse.some("runs/model_trend", NO_BUILD)
    traces = []
    for number, (name, group) in enumerate(groupby(builds, key=lambda build: str(build["model_name"]))):
        series = list(group)
        days = [build["business_date"] for build in series]
        times = [build["execution_seconds"] for build in series]
        traces.append(charts.line(name, days, times, charts.SERIES[number], "%{y:.1f} s"))
    figure = charts.figure(traces, "Seconds", y_format=",.0f", has_legend=True, height=340)
    return [Chart("model-trend", "Build times of the six models that take longest.", figure)]

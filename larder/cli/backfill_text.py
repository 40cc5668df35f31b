"""A backfill's plan as lines of text, with the rows and the time to expect."""

from collections.abc import Iterator

from larder.ops import ledger
from larder.ops.estimates import History, Size, measure, read_history
from larder.runtime.backfill_plan import Model, Plan, Rebuild, Run, Step, find_ranges

SCOPES = {
    "dates": "these dates",
    "whole": "whole, as always",
    "new_rows": "whole, not by dates",
}
MINUTE = 60


def describe(plan: Plan) -> Iterator[str]:
    """The models with their dates, rows and time, then the steps, then what is left out."""
    with ledger.opened(ledger.business_now()) as session:
        history = read_history(session)
    sizes = {model.unique_id: measure(model.table, model.dates) for model in plan.models}
    if not plan.steps:
        yield f"Nothing to do for {plan.request.first} to {plan.request.last}."
    else:
        yield f"Backfill of {plan.request.first} to {plan.request.last}:"
    width = max((len(model.name) for model in plan.models), default=0)
    for model in plan.models:
        yield f"  {model.name:<{width}}  {_describe_model(model, history, sizes[model.unique_id])}"
    models = {model.name: model for model in plan.models}
    total: float | None = 0.0
    for number, step in enumerate(plan.steps, 1):
        seconds = _expect(step, models, history, sizes)
        total = None if total is None or seconds is None else total + seconds
        yield f"  {number}. {step.describe()}: {_duration(seconds)}"
    if len(plan.steps) > 1:
        yield f"  in all {_duration(total)}"
    for name, reason in plan.left_out.items():
        yield f"  left out: {name}: {reason}"


def _describe_model(model: Model, history: History, size: Size | None) -> str:
    days = len(model.dates) if model.scope == "dates" else None
    seconds = history.expect(model.unique_id, days, size.days if size else 0)
    rows = "rows unknown" if size is None else f"{size.rows_of_dates if days else size.rows:,} rows"
    dates = ", ".join(
        f"{one}" if one == other else f"{one} to {other}" for one, other in find_ranges(model.dates)
    )
    return f"{model.reason}; {dates}; {SCOPES[model.scope]}; {rows}; {_duration(seconds)}"


def _expect(
    step: Step, models: dict[str, Model], history: History, sizes: dict[str, Size | None]
) -> float | None:
    match step:
        case Run():
            return history.run_seconds
        case Rebuild():
            days = (step.last - step.first).days + 1
            found = []
            for model in (models[name] for name in step.models):
                size = sizes[model.unique_id]
                asked = days if model.scope == "dates" else None
                found.append(history.expect(model.unique_id, asked, size.days if size else 0))
            return None if None in found else sum(one for one in found if one is not None)


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "time unknown: it was never built"
    return (
        f"about {max(round(seconds), 1)} s"
        if seconds < 2 * MINUTE
        else f"about {round(seconds / MINUTE)} min"
    )

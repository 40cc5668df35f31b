"""`larder backfill`: make what is missing, stale or asked for in a range of business dates."""

from datetime import datetime
from typing import Annotated

import typer

from larder import local_sources
from larder.cli.dates import FORMATS


def backfill(
    first: Annotated[datetime, typer.Option("--from", formats=FORMATS, help="The first business date.")],
    last: Annotated[datetime, typer.Option("--to", formats=FORMATS, help="The last business date.")],
    select: Annotated[
        list[str] | None,
        typer.Option(
            help="Rebuild these models for all of the dates, in dbt's syntax, such as fct_baskets+. "
            "Default: what is missing, or was made by older code."
        ),
    ] = None,
    *,
    each_date: Annotated[
        bool, typer.Option("--each-date", help="One build per date instead of one per range of dates.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Plan what a range of dates needs, ask, and do it. After a stop, the same command does the rest."""
    from larder.runtime import environment

    environment.prepare()
    local_sources.load()
    from larder.cli.backfill_text import describe
    from larder.runtime import backfill as planning
    from larder.runtime.backfill_plan import Request

    selected = [name for names in select or [] for name in names.split()]
    plan = planning.make_plan(Request(first.date(), last.date(), tuple(selected), each_date))
    for line in describe(plan):
        typer.echo(line)
    if not plan.steps:
        return
    if not yes:
        typer.confirm("Go ahead?", abort=True)
    from larder.runtime import prefect_server

    with prefect_server.connected():
        # Imported late: Prefect reads its API's address when it is imported.
        from flows.backfill import backfill as run

        done = run(first.date(), last.date(), selected or None, each_date)
    for line in done:
        typer.echo(f"done: {line}")

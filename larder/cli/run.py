"""`larder run`, `ingest`, `report` and `service-levels`."""

from typing import Annotated

import typer

from larder import local_sources, settings
from larder.cli.dates import FORMATS, DateOption, MaybeDate, business_dates
from larder.cli.locking import NoWait

app = typer.Typer(invoke_without_command=True)


@app.callback()
def run(
    context: typer.Context,
    date: Annotated[
        MaybeDate,
        typer.Option(
            formats=FORMATS,
            help="Business date. Default: the demo retailer's while it runs, else yesterday.",
        ),
    ] = None,
    first: Annotated[
        MaybeDate, typer.Option("--from", formats=FORMATS, help="Run each date from this one on.")
    ] = None,
    last: Annotated[
        MaybeDate, typer.Option("--to", formats=FORMATS, help="Run each date up to this one.")
    ] = None,
    *,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild all tables from Bronze.")
    ] = False,
    no_wait: NoWait = False,
) -> None:
    """Run a business date, or a range, from the sources to tested marts. Repeating it changes nothing.

    If anything fails, readers keep what was published last, and `larder run show` compares the run with it.
    """
    if context.invoked_subcommand:
        return
    days = business_dates(date, first, last)
    from larder.runtime import environment

    environment.prepare()
    from larder.runtime import prefect_server

    with prefect_server.connected():
        # Imported late: Prefect reads its API's address when it is imported.
        from flows.daily import daily
        from flows.dates import dates

        one = len(days) == 1
        results = daily(days[0], full_refresh) if one else dates(days[0], days[-1], full_refresh)
    outcome = ", ".join(f"{count} {status}" for status, count in sorted(results.items()))
    typer.echo(f"{days[-1]}: {outcome}")


@app.command()
def show(
    branch: Annotated[
        str | None, typer.Argument(help="The branch of a run or dbt command; default: the latest one.")
    ] = None,
    *,
    query: Annotated[
        str | None,
        typer.Option(help="Spark SQL to run on the branch, such as select * from gold.dim_stores."),
    ] = None,
    rows_only: Annotated[
        bool, typer.Option("--rows-only", help="Only compare numbers of rows; does not start Spark.")
    ] = False,
) -> None:
    """Show a build that was not published: what it would change for readers, or a query on its tables."""
    from larder.cli.run_show import describe
    from larder.publication.unpublished import choose

    name, changed = choose(branch)
    if query:
        from larder.runtime.branch_queries import show_query

        show_query(name, query)
        return
    for line in describe(name, changed, rows_only=rows_only):
        typer.echo(line)


def ingest(
    source: Annotated[str, typer.Argument(help="A module of ingest/, such as shop.")],
    date: DateOption = None,
    *,
    allow_deletes: Annotated[
        bool, typer.Option("--allow-deletes", help="Even if most rows of a table were deleted in the source.")
    ] = False,
    no_wait: NoWait = False,
) -> None:
    """Load one source into Bronze only."""
    day = business_dates(date)[0]
    local_sources.load()
    from larder.landing.load import ingest as load
    from larder.ops.schema import ensure_tables

    loaded = load(source, day, allow_deletes=allow_deletes)
    for table, rows in loaded.rows.items():
        deleted, rejected = loaded.tombstones.get(table), loaded.quarantined[table]
        gone = f", {deleted:,} deleted" if deleted else ""
        aside = f", {rejected:,} set aside: larder quarantine list --resource {table}" if rejected else ""
        typer.echo(f"bronze.{table:<32} {rows:>10,} rows{gone}{aside}")
    # Models over `ops` can build before any run is recorded.
    ensure_tables()


def report(
    date: DateOption = None,
    *,
    no_wait: NoWait = False,
) -> None:
    """Rebuild the report: ops tables, data quality, documentation, site."""
    day = business_dates(date)[0]
    from larder.runtime import environment

    environment.prepare()
    from larder.runtime import prefect_server

    with prefect_server.connected():
        # Imported late: Prefect reads its API's address when it is imported.
        from flows.report import report as make_report

        make_report(day)
    typer.echo(f"{settings.home() / 'site' / 'index.html'}")


def service_levels() -> None:
    """Report what is not ready in time, and alert the person on call. Fails if anything is late."""
    from larder.runtime import environment

    environment.prepare()
    from larder.runtime import prefect_server

    with prefect_server.connected():
        # Imported late: Prefect reads its API's address when it is imported.
        from flows.service_levels import service_levels as check

        late = check()
    for line in late or ["All that is due is ready."]:
        typer.echo(line)
    if late:
        raise typer.Exit(1)

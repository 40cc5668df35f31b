"""The command `larder`: everything people type after the set-up.

What a command needs is imported when it runs: `larder --help` starts neither Prefect nor Spark.
"""

import os
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from larder import settings
from larder.errors import LarderError

if TYPE_CHECKING:
    from demo.retailer import Status


class _OneLineErrors(TyperGroup):
    """Ends expected errors in one line on stderr and exit code 1; with --debug in a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except LarderError as error:
            if ctx.params.get("debug"):
                raise
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_OneLineErrors,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Larder, a grocer's open lakehouse: from the shop's systems to tested marts.",
    epilog="State lies in LARDER_HOME (default: .larder in the project).",
)
demo_app = typer.Typer(no_args_is_help=True, help="The demo retailer: a real grocer's year, and its clock.")
app.add_typer(demo_app, name="demo")
alerts_app = typer.Typer(no_args_is_help=True, help="Alerts to who is on call.")
app.add_typer(alerts_app, name="alerts")

_FORMATS = ["%Y-%m-%d"]
MaybeDay = datetime | None


@app.callback()
def main(
    debug: Annotated[bool, typer.Option("--debug", help="Show errors with their traceback.")] = False,
) -> None:
    """Larder, a grocer's open lakehouse: from the shop's systems to tested marts."""
    # Everything that is started from here, dbt and Spark above all, finds the same state folder.
    os.environ["LARDER_HOME"] = str(settings.home())


@demo_app.command("start")
def demo_start(
    date: Annotated[datetime, typer.Option(formats=_FORMATS, help="Business date to show.")] = datetime(
        2017, 12, 28
    ),
    households: Annotated[
        int | None, typer.Option(min=1, help="A small retailer of so many households.")
    ] = None,
) -> None:
    """Start the retailer's database, API and files anew, as they were at the end of a business date."""
    from demo import retailer

    _show(retailer.start(settings.home(), date.date(), sample_households=households))


@demo_app.command("advance")
def demo_advance(days: Annotated[int, typer.Argument(min=1, help="How many days.")] = 1) -> None:
    """Move the retailer's clock on: sales, late baskets, corrections, voids, price changes."""
    from demo import retailer

    _show(retailer.advance(settings.home(), days))


@demo_app.command("status")
def demo_status() -> None:
    """Show the retailer's clock, what runs where, and what each system holds."""
    from demo import retailer

    status = retailer.status(settings.home())
    if status is None:
        typer.echo("No retailer was ever started here: larder demo start")
    else:
        _show(status)


@demo_app.command("stop")
def demo_stop() -> None:
    """Stop the retailer's systems and remove what they served. The warehouse stays."""
    from demo import retailer

    retailer.stop(settings.home())
    typer.echo("The retailer's systems are stopped.")


@demo_app.command("play")
def demo_play() -> None:
    """Start over and play it all: the whole year, then three days one by one. Takes minutes."""
    from flows import environment

    environment.prepare()
    from flows.play import play

    play()


@app.command()
def run(
    date: Annotated[
        MaybeDay,
        typer.Option(
            formats=_FORMATS,
            help="Business date. Default: the demo retailer's while it runs, else yesterday.",
        ),
    ] = None,
    first: Annotated[
        MaybeDay, typer.Option("--from", formats=_FORMATS, help="Backfill: the first business date.")
    ] = None,
    last: Annotated[
        MaybeDay, typer.Option("--to", formats=_FORMATS, help="Backfill: the last business date.")
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build all tables anew from Bronze.")
    ] = False,
) -> None:
    """Bring a business date, or a range, from the sources to tested marts. Repeating changes nothing."""
    days = _days(date, first, last)
    from flows import environment

    environment.prepare()
    from flows import server

    with server.connected():
        # Only now: Prefect reads its API's address when it is imported.
        from flows.backfill import backfill
        from flows.daily import daily

        if len(days) == 1:
            results = daily(days[0], full_refresh)
        else:
            results = backfill(days[0], days[-1], full_refresh)
    outcome = ", ".join(f"{count} {status}" for status, count in sorted(results.items()))
    typer.echo(f"{days[-1]}: {outcome}")


@app.command()
def ingest(
    source: Annotated[str, typer.Argument(help="shop, marketing, promotions, or another that you added.")],
    date: Annotated[
        MaybeDay, typer.Option(formats=_FORMATS, help="Business date; default as for run.")
    ] = None,
) -> None:
    """Load one source into Bronze, and nothing else."""
    day = _days(date, None, None)[0]
    settings.load_demo_sources()
    from ingest.load import SOURCES
    from ingest.load import ingest as load

    if source not in SOURCES:
        raise LarderError(f"there is no source {source!r}: name one of {', '.join(SOURCES)}")
    for table, rows in load(source, day).rows.items():
        typer.echo(f"bronze.{table:<32} {rows:>10,} rows")


@app.command()
def report(
    date: Annotated[
        MaybeDay, typer.Option(formats=_FORMATS, help="Business date; default as for run.")
    ] = None,
) -> None:
    """Make the report of what happened anew: ops tables, data quality, documentation, site."""
    day = _days(date, None, None)[0]
    from flows import environment

    environment.prepare()
    from flows import server

    with server.connected():
        # Only now: Prefect reads its API's address when it is imported.
        from flows.report import report as make_report

        make_report(day)
    typer.echo(f"{settings.home() / 'site' / 'index.html'}")


@app.command("service-levels")
def service_levels() -> None:
    """Say what should be ready by now and is not, and tell who is on call. Fails where something is late."""
    from flows import environment

    environment.prepare()
    from flows import server

    with server.connected():
        # Only now: Prefect reads its API's address when it is imported.
        from flows.service_levels import service_levels as check

        late = check()
    for line in late or ["All that is due is ready."]:
        typer.echo(line)
    if late:
        raise typer.Exit(1)


@app.command()
def serve() -> None:
    """Serve Prefect's UI with the daily schedule, and the site, until Ctrl-C."""
    from flows import environment

    environment.prepare()
    from flows.serving import serve as serve_until_interrupted

    serve_until_interrupted()


@alerts_app.command("test")
def alerts_test() -> None:
    """Send a test alert to each receiver that is set up, and say which got it."""
    from flows import environment

    environment.prepare()
    from alerts.oncall import rehearse

    outcomes = rehearse()
    for name, problem in outcomes.items():
        typer.echo(f"warn  {problem}" if problem else f"ok    {name} got the test alert and its end")
    if any(outcomes.values()):
        raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Say what is missing or wrong here, and how to mend it. Fails where what is set up does not work."""
    from larder.doctor import examine

    findings = examine()
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.level == "fail" for finding in findings):
        raise typer.Exit(1)


def _days(day: MaybeDay, first: MaybeDay, last: MaybeDay) -> list[date]:
    """The business dates that --date, or --from and --to, name.

    Raises LarderError where they contradict each other.
    """
    if first is None and last is None:
        from larder import business_date

        return [day.date() if day else business_date.current()]
    if day is not None or first is None or last is None or last < first:
        raise LarderError("name either --date, or --from and --to with the earlier date first")
    return [(first + timedelta(days=number)).date() for number in range((last - first).days + 1)]


def _show(status: "Status") -> None:
    """The retailer's clock and systems."""
    typer.echo(f"Business date {status.business_date}")
    for system, is_running in status.running.items():
        typer.echo(f"{system:<12} {status.urls[system] if is_running else 'not running'}")
    for name, rows in status.rows.items():
        typer.echo(f"{name:<32} {rows:>10,}")

"""`larder demo`: the demo retailer's commands, which `larder` loads by entry point."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from larder import settings

if TYPE_CHECKING:
    from demo.retailer import Status

FORMATS = ["%Y-%m-%d"]

app = typer.Typer(no_args_is_help=True, help="The demo retailer: a real grocer's year, and its clock.")


@app.command("start")
def demo_start(
    date: Annotated[datetime, typer.Option(formats=FORMATS, help="Business date to show.")] = datetime(
        2017, 12, 28
    ),
    households: Annotated[
        int | None, typer.Option(min=1, help="Use a sample of this many households.")
    ] = None,
) -> None:
    """Start the retailer's database, API and files over, as of the end of a business date."""
    from demo import retailer

    _show(retailer.start(settings.home(), date.date(), sample_households=households))


@app.command("advance")
def demo_advance(days: Annotated[int, typer.Argument(min=1, help="How many days.")] = 1) -> None:
    """Move the retailer's clock forward: sales, late baskets, corrections, voids, price changes."""
    from demo import retailer

    _show(retailer.advance(settings.home(), days))


@app.command("status")
def demo_status() -> None:
    """Show the retailer's date, which systems are running and where, and how many rows each shows."""
    from demo import retailer

    status = retailer.status(settings.home())
    if status is None:
        typer.echo("No retailer has been started in this state folder. Run `larder demo start`.")
    else:
        _show(status)


@app.command("stop")
def demo_stop() -> None:
    """Stop the retailer's systems and delete their data. The warehouse is kept."""
    from demo import retailer

    retailer.stop(settings.home())
    typer.echo("The retailer's systems have been stopped.")


@app.command("play")
def demo_play() -> None:
    """Start over and run the whole demo: the year, then three days one by one. Takes minutes."""
    from larder.runtime import environment

    environment.prepare()
    from demo.play import play

    play()


def _show(status: "Status") -> None:
    """Print the retailer's date and systems."""
    typer.echo(f"Business date {status.business_date}")
    for system, is_running in status.running.items():
        typer.echo(f"{system:<12} {status.urls[system] if is_running else 'not running'}")
    for name, rows in status.rows.items():
        typer.echo(f"{name:<32} {rows:>10,}")

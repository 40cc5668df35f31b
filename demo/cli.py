"""`larder demo`: the demo retailer's commands, an entry point of the command `larder`."""

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
        int | None, typer.Option(min=1, help="A small retailer of so many households.")
    ] = None,
) -> None:
    """Start the retailer's database, API and files anew, as they were at the end of a business date."""
    from demo import retailer

    _show(retailer.start(settings.home(), date.date(), sample_households=households))


@app.command("advance")
def demo_advance(days: Annotated[int, typer.Argument(min=1, help="How many days.")] = 1) -> None:
    """Move the retailer's clock on: sales, late baskets, corrections, voids, price changes."""
    from demo import retailer

    _show(retailer.advance(settings.home(), days))


@app.command("status")
def demo_status() -> None:
    """Show the retailer's clock, what runs where, and what each system holds."""
    from demo import retailer

    status = retailer.status(settings.home())
    if status is None:
        typer.echo("No retailer was ever started here: larder demo start")
    else:
        _show(status)


@app.command("stop")
def demo_stop() -> None:
    """Stop the retailer's systems and remove what they served. The warehouse stays."""
    from demo import retailer

    retailer.stop(settings.home())
    typer.echo("The retailer's systems are stopped.")


@app.command("play")
def demo_play() -> None:
    """Start over and play it all: the whole year, then three days one by one. Takes minutes."""
    from larder.runtime import environment

    environment.prepare()
    from demo.play import play

    play()


def _show(status: "Status") -> None:
    """The retailer's clock and systems."""
    typer.echo(f"Business date {status.business_date}")
    for system, is_running in status.running.items():
        typer.echo(f"{system:<12} {status.urls[system] if is_running else 'not running'}")
    for name, rows in status.rows.items():
        typer.echo(f"{name:<32} {rows:>10,}")

"""The command `larder`: every command after setup.

Commands import what they need when they run, so that `larder --help` starts neither Prefect nor Spark.
"""

import os
from importlib.metadata import entry_points
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from larder import settings
from larder.cli import (
    alerts,
    backfill,
    doctor,
    erase,
    gold,
    quarantine,
    run,
    serve,
    snapshots,
    source,
    spark,
    status,
)
from larder.errors import LarderError


class _OneLineErrors(TyperGroup):
    """Reports expected errors in one line on stderr with exit code 1; with --debug, as a traceback."""

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
    epilog="State is kept in LARDER_HOME (default: .larder in the project).",
)


@app.callback()
def main(
    debug: Annotated[bool, typer.Option("--debug", help="Show errors with their traceback.")] = False,
) -> None:
    """Larder, a grocer's open lakehouse: from the shop's systems to tested marts."""
    # Child processes such as dbt and Spark use the same state folder.
    os.environ["LARDER_HOME"] = str(settings.home())


app.add_typer(run.app, name="run")
app.command()(run.ingest)
app.command()(run.report)
app.command("service-levels")(run.service_levels)
app.command()(serve.serve)
app.command()(backfill.backfill)
app.command()(status.status)
app.command()(doctor.doctor)
app.add_typer(alerts.app, name="alerts")
app.add_typer(erase.app, name="erase")
app.add_typer(gold.app, name="gold")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(snapshots.app, name="snapshots")
app.add_typer(source.app, name="source")
app.add_typer(spark.app, name="spark")
# Commands of other packages, such as the demo's: `[project.entry-points."larder.commands"]`.
for entry in entry_points(group="larder.commands"):
    app.add_typer(entry.load(), name=entry.name)

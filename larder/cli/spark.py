"""`larder spark`: a warm Spark server on this machine."""

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="A warm Spark server, so that no command starts its own.")


@app.callback()
def main() -> None:
    """A warm Spark server, so that no command starts its own."""


@app.command()
def start(
    memory: Annotated[str, typer.Option(help="Its memory, such as 4g.")] = "2g",
) -> None:
    """Start the server, and print the line that points this shell to it: eval "$(larder spark start)"."""
    from larder.spark import server

    started = server.start(memory)
    typer.echo(f"Spark runs since {started.since:%Y-%m-%d %H:%M} UTC at port {started.port}", err=True)
    typer.echo(f"export SPARK_REMOTE='{started.remote}'")


@app.command()
def stop() -> None:
    """Stop the server; what runs on it fails."""
    from larder.spark import server

    typer.echo("stopped" if server.stop() else "no Spark server runs", err=True)
    typer.echo("unset SPARK_REMOTE")


@app.command()
def status() -> None:
    """Say whether the server runs; exit code 3 if not."""
    from larder.spark import server

    found = server.find()
    process = found.process if found else None
    if not found or not process:
        typer.echo("no Spark server runs; `larder spark start` starts one")
        raise typer.Exit(3)
    memory = process.memory_info().rss / 2**20
    typer.echo(
        f"Spark runs since {found.since:%Y-%m-%d %H:%M} UTC at port {found.port}: process {found.pid}, "
        f"{memory:,.0f} MiB; log: {server.log_file()}"
    )

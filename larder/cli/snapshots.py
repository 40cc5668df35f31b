"""`larder snapshots`: rebuild the history of snapshots from Bronze."""

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Snapshots: rebuild their history.")


@app.callback()
def main() -> None:
    """Snapshots: rebuild their history."""


@app.command()
def rebuild(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME…]", help="Snapshots. Default: all.")
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Make the whole history again from Bronze, late corrections and deletions included."""
    from larder.runtime import environment

    environment.prepare()
    from larder.runtime.project import current_manifest
    from larder.runtime.snapshots import find_snapshots

    found = find_snapshots(names or [], current_manifest())
    for one in found:
        typer.echo(f"{one.name}: {one.versions:,} versions; Bronze has {one.source_rows:,} rows of it")
    if not yes:
        typer.confirm("Replace them?", abort=True)
    from larder.runtime import prefect_server

    with prefect_server.connected():
        # Imported late: Prefect reads its API's address when it is imported.
        from flows.snapshots import rebuild_snapshots

        versions = rebuild_snapshots([one.name for one in found])
    for name, count in versions.items():
        typer.echo(f"{name}: {count:,} versions")

"""`larder erase`: remove a person from the lake."""

import sys
from typing import Annotated

import typer

from larder.cli.locking import NoWait

app = typer.Typer(
    no_args_is_help=True, help="Remove a person from all tables, their history, files and logs."
)

# What a reader of the figures has to know.
CHANGES = (
    "Totals of sales stay. These change with the next run: households per day, month, segment and campaign "
    "count one fewer, or count all erased ones as one."
)


@app.command()
def household(
    household_id: Annotated[int, typer.Argument(metavar="ID", help="The household's number in the shop.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    no_wait: NoWait = False,
) -> None:
    """Erase a household, and scan every file that is left. Erase it in the sources first.

    It may be repeated. Fails if any file still names the household.
    """
    from larder.erasure.erase import erase
    from larder.lake.owner import Owner

    if not yes:
        typer.confirm("Erase this household from all tables, their history and files for good?", abort=True)

    def wait(owner: Owner) -> None:
        print(
            f"Another process works on the catalog: {owner}. Waiting for its end", file=sys.stderr, flush=True
        )

    proof = erase(household_id, typer.echo, wait)
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(proof.scanned.items()))
    typer.echo(
        f"Scanned {proof.total:,} files that are left ({kinds}): {len(proof.hits)} name the household."
    )
    for path in proof.hits:
        typer.echo(f"  {path}", err=True)
    if proof.hits:
        typer.echo(
            "error: the files above still name the household. Remove them, then run this again.", err=True
        )
        raise typer.Exit(1)
    typer.echo(CHANGES)

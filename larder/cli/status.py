"""`larder status`: gaps, lateness, and what a change of the code has made stale."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

# 1 is an error and 2 a wrong option.
SOMETHING_TO_DO = 3


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
) -> None:
    """Show which dates are missing, late, or made by older code. Exits with 3 if there is something to do."""
    from larder.cli.status_text import describe
    from larder.lake import layers
    from larder.ops import ledger
    from larder.ops.status import examine
    from larder.runtime.project import current_manifest

    manifest = current_manifest()
    now = ledger.business_now()
    with ledger.opened(now) as session:
        found = examine(session, manifest, layers.names("silver", "gold"), now)
    if as_json:
        typer.echo(json.dumps(asdict(found), default=str, indent=2))
    else:
        for line in describe(found):
            typer.echo(line)
    if not found.is_complete():
        raise typer.Exit(SOMETHING_TO_DO)

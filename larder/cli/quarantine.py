"""`larder quarantine`: see, replay and discard the rows that were rejected."""

from typing import Annotated

import typer

from larder import local_sources, settings
from larder.cli.dates import business_dates
from larder.cli.locking import NoWait

app = typer.Typer(no_args_is_help=True, help="Rejected rows: list, show, replay or discard them.")

Source = Annotated[str | None, typer.Option(help="Only records of this source, such as shop.")]
Resource = Annotated[str | None, typer.Option(help="Only records of this table, such as shop_baskets.")]
Rule = Annotated[str | None, typer.Option(help="Only records that broke this rule, such as not_null.")]
RecordIds = Annotated[list[str], typer.Argument(metavar="ID…", help="Ids, as `list` shows them.")]


@app.command("list")
def list_records(
    source: Source = None,
    resource: Resource = None,
    rule: Rule = None,
    state: Annotated[str, typer.Option(help="open, resolved, replayed, discarded or all.")] = "open",
    limit: Annotated[int, typer.Option(min=1, help="At most this many, latest first.")] = 50,
) -> None:
    """List records: what is wrong, and since when. No values are shown."""
    from larder.cli.quarantine_text import describe_all
    from larder.quarantine.selection import Filter

    for line in describe_all(Filter(source, resource, rule), state, limit):
        typer.echo(line)


@app.command()
def show(record_id: Annotated[str, typer.Argument(metavar="ID", help="Its id, as `list` shows it.")]) -> None:
    """Show a record and its row. Values are masked unless their column is declared and not personal."""
    from larder.cli.quarantine_text import describe_one

    for line in describe_one(record_id, settings.dbt_target()):
        typer.echo(line)


@app.command()
def replay(
    record_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="Ids, as `list` shows them.")
    ] = None,
    *,
    source: Source = None,
    resource: Resource = None,
    rule: Rule = None,
    everything: Annotated[bool, typer.Option("--all", help="All open records.")] = False,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="COLUMN=VALUE", help="Set a column first; a value is JSON, or else text."
        ),
    ] = None,
    no_wait: NoWait = False,
) -> None:
    """Load the rows of records into Bronze after all. Fails if any of them breaks a rule again."""
    from larder.cli.quarantine_replay import parse_settings, replay_records, select
    from larder.quarantine.selection import Filter
    from larder.runtime import environment

    environment.prepare()
    local_sources.load()
    values = parse_settings(changes or [])
    found = select(record_ids or [], Filter(source, resource, rule), everything)
    is_done = replay_records(found, values, business_dates(None)[0])
    _close_incidents()
    if not is_done:
        raise typer.Exit(1)


@app.command()
def discard(
    record_ids: RecordIds,
    note: Annotated[str, typer.Option(help="Why, for whoever looks at it later.")] = "",
) -> None:
    """Close records whose rows are not wanted, even if they are rejected again."""
    from larder.quarantine import records
    from larder.quarantine.selection import select_records
    from larder.runtime import environment

    environment.prepare()
    select_records(record_ids, ["record_id"])
    count = records.close(record_ids, "discarded", note)
    typer.echo(f"{count} discarded, {len(set(record_ids)) - count} were closed before")
    _close_incidents()


def _close_incidents() -> None:
    """Close the incidents of tables whose last open record was closed just now."""
    # Imported late: Prefect, which delivers the notices, reads its settings when it is imported.
    from larder.alerts.quarantine import close_finished

    close_finished()

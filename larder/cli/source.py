"""`larder source`: a new source from a database or an API, and which there are."""

from typing import Annotated

import typer

from larder import local_sources, settings

app = typer.Typer(no_args_is_help=True, help="Sources: add one, list them.")
OWNER = "Data engineering <data-engineering@example.com>"


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Its name, snake case, such as loyalty.")],
    *,
    database: Annotated[
        str, typer.Option(metavar="URL", help="A database: postgresql://user:password@host:5432/database.")
    ] = "",
    table: Annotated[
        list[str] | None,
        typer.Option(help="Of a database: a table, schema.table or schema.*. Default: all of public."),
    ] = None,
    api: Annotated[str, typer.Option(metavar="URL", help="An API: https://api.example.com/v2/.")] = "",
    path: Annotated[
        list[str] | None, typer.Option(help="Of an API: an endpoint, such as customers or orders?status=all.")
    ] = None,
    token: Annotated[str, typer.Option(help="Of an API: its bearer token.")] = "",
    since: Annotated[
        str,
        typer.Option(help="Of an API: the parameter for what changed since a time, such as updated_since."),
    ] = "",
    key: Annotated[
        list[str] | None, typer.Option(help="A key, if it is not seen: COLUMN, or TABLE=COLUMN,COLUMN.")
    ] = None,
    cursor: Annotated[
        list[str] | None,
        typer.Option(help="A column that says what changed, if it is not seen: as for --key."),
    ] = None,
    owner: Annotated[str, typer.Option(help="Who answers for its data: Name <address>.")] = OWNER,
) -> None:
    """Look at a database or an API, and write its source: the module, its models, its tests, its settings.

    Where it is goes into .dlt/secrets.toml, which git ignores. If it is set already, --database, --api and
    --token may be left out, so that no password is on the command line.
    """
    from larder.scaffold.choices import Choices, parse_choices
    from larder.scaffold.new import NewFrom, add_source

    choices = Choices(name, parse_choices("--key", key or []), parse_choices("--cursor", cursor or []), since)
    origin = NewFrom(database, table or [], api, path or [], token)
    for line in add_source(settings.PROJECT, name, origin, choices, owner):
        typer.echo(line)


@app.command("list")
def list_all() -> None:
    """List each source, its tables, and the settings that it still needs."""
    local_sources.load()
    from larder.scaffold.listing import list_sources

    for source in list_sources(settings.PROJECT):
        state = f"not set: {', '.join(source.missing)}" if source.missing else "is set up"
        typer.echo(f"{source.name}: {state}")
        for table in source.tables:
            typer.echo(f"    {table}")

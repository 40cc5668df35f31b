"""`larder gold`: gold for those who may see no personal data."""

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Gold with personal columns masked.")


class Dialect(StrEnum):
    """How names are quoted: in standard SQL, as in DuckDB and Trino, or in Spark and Databricks."""

    STANDARD = "standard"
    SPARK = "spark"


@app.callback()
def gold() -> None:
    """Gold with personal columns masked."""


@app.command()
def views(
    dialect: Annotated[
        Dialect, typer.Option(help="standard, for DuckDB and Trino, or spark, for Databricks.")
    ] = Dialect.STANDARD,
) -> None:
    """Print SQL that creates the views of `gold_masked` in another engine, over a schema `gold`."""
    from larder.lake.catalog import open_catalog
    from larder.publication.masking import BACKTICK, DOUBLE_QUOTE, print_views

    quote = BACKTICK if dialect is Dialect.SPARK else DOUBLE_QUOTE
    for statement in print_views(open_catalog(), quote):
        typer.echo(statement)

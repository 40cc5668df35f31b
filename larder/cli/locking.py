"""The option `--no-wait` of commands that take a lock."""

import os
from typing import Annotated

import typer


def _set(value: bool) -> bool:
    """Pass the option on to whatever takes a lock, in this process and in those that it starts."""
    if value:
        os.environ["LARDER_NO_WAIT"] = "1"
    return value


NoWait = Annotated[
    bool,
    typer.Option("--no-wait", callback=_set, help="Fail at once if another process holds the lock."),
]

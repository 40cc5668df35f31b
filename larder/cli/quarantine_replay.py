"""Replay records of the quarantine from the command line, table by table."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import typer

from larder.errors import LarderError
from larder.landing.replays.replay import Outcome, replay
from larder.landing.sources import find_source
from larder.quarantine import records
from larder.quarantine.schema import OPEN
from larder.quarantine.selection import Filter, select_open, select_records

# The source of records that a data test of dbt rejected.
DBT = "dbt"
COLUMNS = ("record_id", "source", "resource", "state")
CLOSED = "closed before"
WORDS = {"replayed": "replayed", OPEN: "rejected again", "resolved": "had come good", CLOSED: CLOSED}


def parse_settings(changes: Sequence[str]) -> dict[str, str]:
    """The values of `--set`, by column.

    Raises:
        LarderError: one is not COLUMN=VALUE.
    """
    for one in changes:
        if not one.partition("=")[0] or "=" not in one:
            raise LarderError(f"--set: {one} is not COLUMN=VALUE, such as store_id=17.")
    return {name: value for name, _, value in (one.partition("=") for one in changes)}


def select(record_ids: Sequence[str], wanted: Filter, everything: bool) -> pa.Table:
    """The records to replay: by id, by what they have in common, or all that are open.

    Raises:
        LarderError: they are named in no way or in two, an id is unknown, or no open record matches.
    """
    if sum((bool(record_ids), bool(str(wanted)), everything)) != 1:
        raise LarderError(
            "name the records to replay: either ids, or --source, --resource and --rule, or --all. "
            "`larder quarantine list` lists them."
        )
    return select_records(record_ids, COLUMNS) if record_ids else select_open(wanted, COLUMNS)


def replay_records(found: pa.Table, changes: dict[str, str], business_date: date) -> bool:
    """Replay records, and print what has become of them; returns whether none is open any more."""
    tables: dict[tuple[str, str], list[str]] = {}
    states: Counter[str] = Counter()
    for row in found.to_pylist():
        if row["state"] == OPEN:
            tables.setdefault((row["source"], row["resource"]), []).append(row["record_id"])
        else:
            states[CLOSED] += 1
    has_failed = False
    for (source, resource), record_ids in tables.items():
        try:
            for outcome in _replay_table(source, resource, record_ids, changes, business_date):
                states[outcome.state] += 1
                if outcome.problem:
                    typer.echo(f"{outcome.record_id}  {resource}  {outcome.problem}")
        except LarderError as error:
            # The other tables do not depend on it.
            typer.echo(f"error: {error}", err=True)
            has_failed = True
    if states:
        typer.echo(", ".join(f"{states[state]:,} {words}" for state, words in WORDS.items() if states[state]))
    return not has_failed and OPEN not in states


def _replay_table(
    source: str, resource: str, record_ids: list[str], changes: dict[str, str], business_date: date
) -> list[Outcome]:
    """Replay the open records of one table into it."""
    if source == DBT:
        return _replay_model(record_ids, changes)
    return list(replay(find_source(source), resource, record_ids, changes, business_date))


def _replay_model(record_ids: list[str], changes: dict[str, str]) -> list[Outcome]:
    """Put rows that a data test of dbt took out of a model's table back into it."""
    # Imported late: it brings Spark.
    from larder.runtime import replay_model

    values = {name: _to_text(value) for name, value in changes.items()}
    done = replay_model.replay(records.read(record_ids=record_ids, state=OPEN), values)
    return [
        *(Outcome(record_id, "replayed") for record_id in done.replayed),
        *(Outcome(record_id, OPEN, "a data test rejected it again") for record_id in done.rejected),
        *(Outcome(record_id, "resolved") for record_id in done.present),
    ]


def _to_text(value: str) -> str | None:
    """A value of `--set` as Spark casts it: text, or None for null."""
    if value == "null":
        return None
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, str) else value

"""Run a source's feeds through dlt into Bronze, in loads of bounded size, and keep the load log."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import dlt
import pyarrow as pa
from dlt.pipeline.exceptions import PipelineStepFailed

from ingest import marketing, promotions, shop
from ingest.destination import append, pipeline
from ingest.errors import IngestError
from ingest.feed import Feed

Steps = list[list[Feed]]
SOURCES: dict[str, Callable[[], AbstractContextManager[Steps]]] = {
    "shop": shop.feeds,
    "marketing": marketing.feeds,
    "promotions": promotions.feeds,
}


@dataclass(frozen=True)
class Loaded:
    """What one ingest of a source brought: rows by Bronze table, the loads' ids."""

    source: str
    rows: dict[str, int]
    load_ids: list[str]


def ingest(source: str, business_date: date) -> Loaded:
    """Bring into Bronze what a source has that Bronze does not; repeated or killed, the result is the same.

    Args:
        source: "shop", "marketing" or "promotions".
        business_date: the date of the run, stamped on each row.

    Raises:
        IngestError: in one line what was wrong, where and what to do; the next ingest takes up the rest.
    """
    pipe = pipeline(source)
    if pipe.has_pending_data:
        # What a killed run left behind is read anew: Bronze, not the leftovers, says what is still to come.
        pipe = pipe.drop()
    started_at = datetime.now(UTC)
    load_ids: list[str] = []
    with _one_line(source), SOURCES[source]() as steps:
        for step in steps:
            load_ids += load(pipe, step, business_date)
        feeds = [feed for step in steps for feed in step]
        loaded = Loaded(source, {feed.table: feed.rows for feed in feeds}, load_ids)
        _log(loaded, business_date, started_at)
    return loaded


def load(pipe: dlt.Pipeline, feeds: list[Feed], business_date: date) -> list[str]:
    """Load feeds in as many dlt loads as their rows need; the ids of those that brought rows."""
    load_ids: list[str] = []
    while pending := [feed for feed in feeds if feed.has_more()]:
        info = pipe.run([feed.resource(business_date) for feed in pending])
        load_ids += info.loads_ids
    return load_ids


def _log(loaded: Loaded, business_date: date, started_at: datetime) -> None:
    """Append one row a table to `bronze.load_log`, also for tables that had nothing new."""
    rows = [
        {
            "source": loaded.source,
            "table_name": table,
            "row_count": count,
            "load_ids": ",".join(loaded.load_ids),
            "business_date": business_date,
            "started_at": started_at,
            "finished_at": datetime.now(UTC),
        }
        for table, count in loaded.rows.items()
    ]
    append("load_log", pa.Table.from_pylist(rows))


@contextmanager
def _one_line(source: str) -> Iterator[None]:
    """Turn what dlt wraps around an error back into the one line that says what to do."""
    try:
        yield
    except PipelineStepFailed as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, IngestError):
                raise cause from error
            last, cause = cause, cause.__cause__ or cause.__context__
        line = " ".join(str(last).split())
        raise IngestError(
            f"{source}: {line}; nothing of this load is in Bronze, mend it and run again"
        ) from error

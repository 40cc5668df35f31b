"""Load a source into Bronze through dlt, in loads of bounded size, and keep the load log."""

import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import dlt
import pyarrow as pa

from larder import clock, settings
from larder.errors import IngestError, LockHeld
from larder.lake.lease import Lease, acquire
from larder.lake.owner import Owner
from larder.lake.tables import append, ensure, schema, truncate
from larder.landing.checks.gate import Run
from larder.landing.destination import pipeline, working_folder
from larder.landing.dlt_internals import LoadInfo
from larder.landing.errors import in_one_line
from larder.landing.feed import PARTITION, Feed
from larder.landing.plan import plan_feeds
from larder.landing.repairs.repair import Repair, find_repairs
from larder.landing.replays.come_good import close_come_good
from larder.landing.session import loading
from larder.landing.sources import Source, find_source
from larder.quarantine import records

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadResult:
    """The result of one ingest: rows, files and bytes by Bronze table, and the ids of its loads.

    `rows` counts the rows that were accepted; `received` is their sum with those set aside and those that
    were already there. `late` counts those of the received rows that came later than the lag allows, and
    `tombstones` the rows that the source has deleted, which are not received.
    """

    source: str
    rows: dict[str, int]
    load_ids: list[str]
    files: dict[str, int]
    bytes: dict[str, int]
    started_at: datetime
    finished_at: datetime
    received: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    already_there: dict[str, int] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)
    tombstones: dict[str, int] = field(default_factory=dict)


def ingest(
    source: str, business_date: date, flow_run_id: str | None = None, *, allow_deletes: bool = False
) -> LoadResult:
    """Load the rows of a source that Bronze does not have. Idempotent, even after a killed ingest.

    Args:
        source: a module of `ingest/`.
        business_date: the date of the run, stamped on each row.
        flow_run_id: the flow run, which the quarantine records.
        allow_deletes: mark rows as deleted even if they are most of a table.

    Raises:
        IngestError: what is wrong, where and what to do, in one line; the next ingest loads the rest.
        CatalogUnavailable: the catalog does not answer.
        LockLost: another process took over the lock of this ingest, whose heartbeats had stopped.
    """
    return land(find_source(source), business_date, flow_run_id, allow_deletes=allow_deletes)


def land(
    source: Source, business_date: date, flow_run_id: str | None = None, *, allow_deletes: bool = False
) -> LoadResult:
    """As `ingest`, for a source that need not be a module of `ingest/`."""
    started_at = datetime.now(UTC)
    infos: list[LoadInfo] = []
    repairs: list[Repair] = []
    folder = working_folder(source.name)
    with lock(source.name) as held, folder, in_one_line(source.name, source), loading():
        pipe = pipeline(source.name, before_commit=held.check)
        steps = plan_feeds(source, pipe, Run(business_date, flow_run_id))
        feeds = [feed for step in steps for feed in step]
        # A table's first load has nothing to repair.
        compared = {feed.table: feed for feed in feeds if feed.comparison and schema(feed.table)}
        last = max((n for n, step in enumerate(steps) for feed in step if feed.table in compared), default=-1)
        for number, step in enumerate(steps):
            infos += load(pipe, step, business_date)
            # After the last of these tables: control totals may count several of them.
            if number == last:
                repairs = find_repairs(compared.values(), business_date, allow_deletes=allow_deletes)
                infos += load_repairs(pipe, repairs, business_date)
                _log_rest(compared.values())
        for feed in feeds:
            ensure(feed.table, feed.schema(), PARTITION)
            close_come_good(source.name, feed.table, feed.table, feed.key, feed.cursor)
        loaded = summarize(source.name, feeds, repairs, infos, started_at)
        # Models and data tests read it, also before anything was ever set aside.
        records.ensure()
        log(loaded, business_date)
    return loaded


def load(pipe: dlt.Pipeline, feeds: list[Feed], business_date: date) -> list[LoadInfo]:
    """Load feeds in as many dlt loads as their rows need; returns dlt's info on each load."""
    infos: list[LoadInfo] = []
    while pending := [feed for feed in feeds if feed.has_more()]:
        _settle(feed for feed in feeds if feed not in pending)
        infos.append(pipe.run([feed.resource(business_date) for feed in pending]))
    _settle(feeds)
    for feed in feeds:
        if feed.disposition == "replace" and feed.gate.counts.accepted == 0:
            truncate(feed.table, feed.namespace)
    return infos


def _settle(feeds: Iterable[Feed]) -> None:
    """Set aside the rejected rows of feeds that have no more rows to load."""
    for feed in feeds:
        feed.gate.settle()


def load_repairs(pipe: dlt.Pipeline, repairs: list[Repair], business_date: date) -> list[LoadInfo]:
    """Load tombstones, and after them the rows that came late; returns dlt's info on each load."""
    infos: list[LoadInfo] = []
    for repair in repairs:
        logger.warning(
            f"{repair.feed.where}: rows deleted in the source: {repair.deleted.num_rows:,}, "
            f"rows that came late: {repair.late_count:,}"
        )
    if deleted := [repair for repair in repairs if repair.deleted.num_rows]:
        infos.append(pipe.run([repair.to_tombstones(business_date) for repair in deleted]))
    return infos + load(pipe, [repair.to_feed() for repair in repairs if repair.late], business_date)


def _log_rest(feeds: Iterable[Feed]) -> None:
    """Log what differs between a source and Bronze even after the repair."""
    for line in dict.fromkeys(feed.comparison.describe_rest() for feed in feeds if feed.comparison):
        if line:
            logger.warning(line)


def summarize(
    source: str, feeds: list[Feed], repairs: list[Repair], infos: list[LoadInfo], started_at: datetime
) -> LoadResult:
    """The result of an ingest, from dlt's info on its loads."""
    jobs = [job for info in infos for package in info.load_packages for job in package.jobs["completed_jobs"]]
    files: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for job in jobs:
        table = job.job_file_info.table_name
        files[table] = files.get(table, 0) + 1
        sizes[table] = sizes.get(table, 0) + job.file_size
    return LoadResult(
        source=source,
        rows={feed.table: feed.gate.counts.accepted for feed in feeds},
        received={feed.table: feed.gate.counts.received for feed in feeds},
        quarantined={feed.table: feed.gate.counts.quarantined for feed in feeds},
        already_there={feed.table: feed.gate.counts.already_there for feed in feeds},
        late={repair.feed.table: repair.late_count for repair in repairs},
        tombstones={repair.feed.table: repair.deleted.num_rows for repair in repairs},
        load_ids=[load_id for info in infos for load_id in info.loads_ids],
        files=files,
        bytes=sizes,
        started_at=started_at,
        finished_at=datetime.now(UTC),
    )


def log(loaded: LoadResult, business_date: date) -> None:
    """Append one row per table to `bronze.load_log`, including tables without new rows."""
    offset = round(clock.clock_offset().total_seconds())
    rows = [
        {
            "source": loaded.source,
            "table_name": table,
            "row_count": count,
            "received_count": loaded.received[table],
            "quarantined_count": loaded.quarantined[table],
            "already_there_count": loaded.already_there[table],
            "tombstone_count": loaded.tombstones.get(table, 0),
            "load_ids": ",".join(loaded.load_ids),
            "business_date": business_date,
            "clock_offset_seconds": offset,
            "started_at": loaded.started_at,
            "finished_at": loaded.finished_at,
        }
        for table, count in loaded.rows.items()
    ]
    append("load_log", pa.Table.from_pylist(rows))


def lock(source: str) -> Lease:
    """Lock out other ingests of the same source, which would load the same rows, on whatever machine.

    Raises:
        IngestError: another one is running, and this one was started with `--no-wait`.
    """

    def report(owner: Owner) -> None:
        message = f"{source}: another ingest of it is running: {owner}. Waiting for its end"
        logger.warning(message)
        # The terminal does not show the log.
        print(message, file=sys.stderr, flush=True)

    try:
        return acquire(f"ingest_{source}", f"ingest {source}", wait=settings.waits(), on_wait=report)
    except LockHeld as error:
        raise IngestError(
            f"{source}: another ingest of it is running: {error.owner}; run the date again once it has ended"
        ) from error

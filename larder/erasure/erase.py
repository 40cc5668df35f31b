"""Erase a household: in all tables and their history, in files and logs. Safe to repeat, also after a kill.

The order makes each step safe to interrupt: first the household is kept from coming back, then the current
rows are rewritten, then history is removed, then what no table needs. A repeated erasure finds what is left.
"""

from collections.abc import Callable
from contextlib import ExitStack

from larder import settings
from larder.erasure import leftovers
from larder.erasure.history import clean_history
from larder.erasure.rows import erase_rows, find_tokens, with_tokens
from larder.erasure.scan import Proof, open_io, scan, tables
from larder.erasure.traces import Person
from larder.errors import LarderError
from larder.lake.lease import Lease, acquire
from larder.lake.lock_table import LOCKS
from larder.lake.owner import Owner
from larder.landing.erasure_policy import NEUTRAL
from larder.landing.sources import source_names
from larder.landing.suppression import suppress

ACTIVITY = "erase a household"


def erase(household_id: int, report: Callable[[str], None], on_wait: Callable[[Owner], None]) -> Proof:
    """Erase a household and scan what is left.

    Args:
        household_id: the household.
        report: called with a line per table and step; no line has a value of the data.
        on_wait: called with the owner of a lock that another process holds.

    Raises:
        LarderError: the household is the neutral one, or the key of the list of erasures is not here.
        LockHeld: another process works on the catalog, and this one is not to wait.
        LockLost: another process took over this one's lock.
    """
    if household_id == NEUTRAL:
        raise LarderError(f"household {NEUTRAL} stands for all that were erased; it is not a person.")
    with ExitStack() as stack:
        # The order in which a run takes them.
        names = ["writer", *(f"ingest_{source}" for source in source_names())]
        leases = [
            stack.enter_context(acquire(name, ACTIVITY, wait=settings.waits(), on_wait=on_wait))
            for name in names
        ]
        return _erase(Person(household_id), leases, report)


def _erase(person: Person, leases: list[Lease], report: Callable[[str], None]) -> Proof:
    io = open_io()
    suppress(person.household_id)
    found = [table for table in tables() if table.name()[0] != LOCKS]
    for table in found:
        person = with_tokens(person, find_tokens(table, person))
    for table in found:
        _check(leases)
        parts = [f"rows {what}: {count:,}" for what, count in erase_rows(table, person).items()]
        cleaned = clean_history(table, person)
        if cleaned.snapshots:
            parts.append(f"snapshots expired: {cleaned.snapshots:,}, files removed: {cleaned.files:,}")
        parts += cleaned.refs
        if parts:
            report(f"{'.'.join(table.name())}: {'; '.join(parts)}")
    _check(leases)
    if orphans := leftovers.remove_orphans(person, io):
        report(f"warehouse: files that no table needed removed: {orphans:,}")
    if folders := leftovers.remove_working_folders():
        report(f"dlt: working folders removed: {folders:,}")
    for what, count in leftovers.clean_local_files(person).items():
        report(f"logs and artifacts: files {what}: {count:,}")
    return scan(person)


def _check(leases: list[Lease]) -> None:
    """Nothing is changed after another process took over a lock."""
    for lease in leases:
        lease.check()

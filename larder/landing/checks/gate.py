"""The gate before Bronze: rows that break a rule are set aside with the reason, the others are accepted."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from larder.errors import IngestError, SourceChanged
from larder.lake.catalog import BRONZE
from larder.lake.columnar import Values, nulls, pc, repeat
from larder.landing.checks import rules
from larder.landing.checks.declared_rules import GateSettings
from larder.landing.checks.duplicates import Duplicates
from larder.landing.checks.payload import to_json, to_payloads
from larder.landing.checks.rules import Rule
from larder.landing.conversion.batch import Batch, Fault, broken
from larder.landing.conversion.conform import TYPE
from larder.landing.conversion.types import TIMESTAMP
from larder.quarantine import records

# A load is not stopped for so few rejected rows, whatever their share.
FEW = 10
# Rejected rows that are kept in memory before they are written.
REJECTS_AT_ONCE = 20_000


@dataclass
class Counts:
    """The rows of one table in one ingest. `received` is always the sum of the others."""

    received: int = 0
    accepted: int = 0
    quarantined: int = 0
    already_there: int = 0


@dataclass(frozen=True)
class Run:
    """The run that brings rows: its business date, and the id of its flow run if it has one."""

    business_date: date
    flow_run_id: str | None = None


@dataclass(frozen=True)
class Origin:
    """Where rows come from, as the quarantine records it; `where` is the table's name in errors."""

    source: str
    table: str
    run: Run
    where: str
    namespace: str = BRONZE


@dataclass
class Gate:
    """Checks the batches of one table in one ingest.

    Attributes:
        origin: where the rows come from.
        key: the columns of the key, which have to have values.
        rules: the rules in the order in which a rejected row's rule is chosen.
        settings: what happens to rejected rows.
        duplicates: finds rows of the same version; None if a delivery may have several of them.
        counts: the rows so far.
        set_aside: takes the rejected rows; by default, they become records of the quarantine.
    """

    origin: Origin
    key: tuple[str, ...]
    rules: tuple[Rule, ...]
    settings: GateSettings
    duplicates: Duplicates | None
    counts: Counts = field(default_factory=Counts)
    set_aside: Callable[[pa.Table], None] = records.note
    _reasons: dict[str, int] = field(default_factory=dict, repr=False)
    _rejects: list[pa.Table] = field(default_factory=list, repr=False)

    def admit(self, batch: Batch, sent: Batch) -> pa.Table:
        """The rows of a batch that meet all rules; the others are set aside.

        Args:
            batch: rows that Bronze does not have, with Bronze's types, and their faults.
            sent: the same rows as the source sent them.

        Raises:
            SourceChanged: a row breaks a rule that stops the load.
        """
        rows = batch.rows
        faults = tuple(
            replace(fault, stops=self.settings.type_stops) if fault.rule == TYPE else fault
            for fault in batch.faults
        )
        faults += tuple(fault for rule in self.rules if (fault := self._find(rule, rows)))
        self._stop_at(faults)
        rejected = broken(faults, rows.num_rows)
        if rejected is not None:
            self._reject(rejected, faults, batch, sent)
            kept = _places(~rejected.to_numpy())
            batch, sent = batch.take(kept), sent.take(kept)
        rows = self._first_of_their_version(batch, sent)
        self.counts.accepted += rows.num_rows
        return rows

    def recognize(self, batch: Batch, sent: Batch) -> None:
        """Count rows that Bronze has; those that contradict an earlier row of the delivery are set aside."""
        found = self._first_of_their_version(batch, sent)
        self.counts.already_there += found.num_rows

    def _first_of_their_version(self, batch: Batch, sent: Batch) -> pa.Table:
        """The rows without those that repeat an earlier row; what has other values is set aside."""
        rows = batch.rows
        if self.duplicates is None or (found := self.duplicates.find(rows)) is None:
            return rows
        same, other = found
        self.counts.already_there += pc.sum(same).as_py()
        if pc.any(other).as_py():
            fault = Fault("unique", None, f"another row with the same {', '.join(self.key)}", other)
            self._reject(other, (fault,), batch, sent)
        return rows.filter(pc.invert(pc.or_(same, other)))

    def settle(self) -> None:
        """Write the rejected rows to the quarantine, before the accepted ones are committed: none is lost.

        Raises:
            SourceChanged: too large a share of the rows was rejected; the last `REJECTS_AT_ONCE` are not
                written.
        """
        counts, share = self.counts, self.settings.max_rejected_share
        allowed = max(FEW, share * counts.received) if share else 0
        if counts.quarantined > allowed:
            reasons = "; ".join(f"{reason}: {count} rows" for reason, count in self._reasons.items())
            raise SourceChanged(
                f"{self.origin.where}: {counts.quarantined} of {counts.received} rows break a rule, more "
                f"than the {share:.0%} that may be set aside ({reasons}); nothing of it was loaded. Fix the "
                f"source, or the rule or its max_rejected_share in models/, then run the date again"
            )
        self._write()

    def _find(self, rule: Rule, rows: pa.Table) -> Fault | None:
        try:
            return rule.find(rows)
        except duckdb.Error as error:
            kinds = ", ".join(f"{name} is {rows[name].type}" for name in rule.columns)
            raise IngestError(
                f"{self.origin.where}: the rule {rule.name} cannot be checked, since {kinds}. Declare the "
                f"type in ingest/ or change the test in models/, then run the date again"
            ) from error

    def _stop_at(self, faults: tuple[Fault, ...]) -> None:
        for fault in faults:
            if fault.stops and (count := pc.sum(fault.rows).as_py()):
                raise SourceChanged(
                    f"{self.origin.where}: {count} rows break the rule {fault.rule}, which stops the load: "
                    f"{fault.reason}; fix the source or the rule, then run the date again"
                )

    def _reject(self, rejected: Values, faults: tuple[Fault, ...], batch: Batch, sent: Batch) -> None:
        places = _places(rejected.to_numpy())
        found = [one for fault in faults if (one := fault.take(places)).has_rows()]
        taken = sent.take(places)
        count = len(places)
        self.counts.quarantined += count
        for fault in found:
            self._reasons[fault.reason] = self._reasons.get(fault.reason, 0) + pc.sum(fault.rows).as_py()
        columns: dict[str, Any] = {
            "source": self.origin.source,
            "resource": self.origin.table,
            "table_name": f"{self.origin.namespace}.{self.origin.table}",
            "key_json": self._keys(batch.rows.take(places)),
            "rule": _first([(fault.rows, fault.rule) for fault in found]),
            "column_name": _first([(fault.rows, fault.column) for fault in found]),
            "reason": _joined(found),
            "payload_json": to_payloads(taken.rows, taken.originals),
            "run_id": self.origin.run.flow_run_id,
            "business_date": self.origin.run.business_date,
        }
        self._rejects.append(_table(columns, count))
        if sum(table.num_rows for table in self._rejects) >= REJECTS_AT_ONCE:
            self._write()

    def _keys(self, rows: pa.Table) -> Values:
        """The rows' keys as JSON objects; null where a part of the key is null."""
        if not self.key or not set(self.key) <= set(rows.column_names):
            return nulls(rows.num_rows, pa.string())
        known = pc.and_kleene(pa.scalar(True), pc.is_valid(rows[self.key[0]]))
        for name in self.key[1:]:
            known = pc.and_(known, pc.is_valid(rows[name]))
        return pc.if_else(known.combine_chunks(), to_json(rows.select(self.key)), None)

    def _write(self) -> None:
        if self._rejects:
            rejects = pa.concat_tables(self._rejects)
            # Now, not before: the rows that are accepted with them must not count as a later load.
            seen_at = repeat(datetime.now(UTC), TIMESTAMP, rejects.num_rows)
            self.set_aside(rejects.append_column("seen_at", seen_at))
            self._rejects.clear()


def build_rules(
    key: tuple[str, ...], cursor: str | None, latest: datetime, settings: GateSettings
) -> tuple[Rule, ...]:
    """The rules of a table: its key and cursor have values, and what its dbt file declares."""
    own = [rules.not_null(name) for name in key]
    if cursor:
        own.append(rules.cursor(cursor, latest))
    return (*own, *settings.rules)


def _places(mask: Any) -> Values:
    """The places at which a NumPy mask is true."""
    return pa.array(np.flatnonzero(mask))


def _first(values: list[tuple[Values, str | None]]) -> Values:
    """For each row, the value of its first fault."""
    found = nulls(len(values[0][0]), pa.string())
    for rows, value in reversed(values):
        found = pc.if_else(rows.combine_chunks(), pa.scalar(value, pa.string()), found)
    return found


def _joined(faults: list[Fault]) -> Values:
    """For each row, the reasons of all its faults."""
    nothing = pa.scalar(None, pa.string())
    parts = [pc.if_else(fault.rows.combine_chunks(), fault.reason, nothing) for fault in faults]
    return pc.binary_join_element_wise(*parts, "; ", null_handling="skip")


def _table(columns: dict[str, Any], count: int) -> pa.Table:
    """Columns of arrays, or of one value that is the same in all rows."""
    types = {"business_date": pa.date32()}
    table: Any = {
        name: value
        if isinstance(value, pa.Array | pa.ChunkedArray)
        else repeat(value, types.get(name, pa.string()), count)
        for name, value in columns.items()
    }
    return pa.table(table)

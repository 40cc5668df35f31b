"""A batch of a source's rows on its way into Bronze, with the faults that were found in it."""

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from larder.lake.columnar import Values, pc


@dataclass(frozen=True)
class Fault:
    """Rows of a batch that break a rule.

    Attributes:
        rule: the rule's name.
        column: the column that it concerns; None if it concerns several.
        reason: what is wrong, with names and types but no values.
        rows: a boolean for each row, true where the rule is broken.
        stops: whether the rule stops the load, so that no row is set aside.
    """

    rule: str
    column: str | None
    reason: str
    rows: Values
    stops: bool = False

    def take(self, places: Values) -> "Fault":
        """The fault in the rows at some places."""
        return Fault(self.rule, self.column, self.reason, self.rows.take(places), self.stops)

    def has_rows(self) -> bool:
        """Whether any row breaks the rule."""
        return bool(pc.any(self.rows).as_py())


@dataclass(frozen=True)
class Batch:
    """Rows as the source sent them, with Bronze's names and any Arrow types.

    `faults` are those found while the rows became Arrow data, where a faulty value is null.
    `originals` has these values as the source sent them, by column and the row's place.
    """

    rows: pa.Table
    faults: tuple[Fault, ...] = ()
    originals: dict[str, dict[int, Any]] = field(default_factory=dict)

    def take(self, places: Values) -> "Batch":
        """The rows at some places, with their faults."""
        faults = tuple(taken for fault in self.faults if (taken := fault.take(places)).has_rows())
        if not self.originals:
            return Batch(self.rows.take(places), faults)
        order = {place: number for number, place in enumerate(places.to_pylist())}
        originals = {
            column: {order[place]: value for place, value in values.items() if place in order}
            for column, values in self.originals.items()
        }
        return Batch(self.rows.take(places), faults, originals)


def broken(faults: tuple[Fault, ...], row_count: int) -> Values | None:
    """Where any of the faults is; None if there are none."""
    found: Values | None = None
    for fault in faults:
        found = fault.rows if found is None else pc.or_(found, fault.rows)
    if found is not None and len(found) != row_count:
        raise ValueError("a fault has another number of rows than its batch")
    return found

"""A case of bad or odd input: what a source sends in one or several deliveries, and how each ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.unit.raw_api import Sent

# A record that was sent: the text of its id, and a mark that differs between versions of the record.
Record = tuple[str, str]


@dataclass
class Place:
    """Where a case happens: its table's name in the source, and what sources may be read from.

    `answers` takes what the API of `base_url` answers: a function of the request's parameters.
    """

    table: str
    folder: Path
    base_url: str
    answers: Callable[[Callable[[dict[str, str]], Sent]], None]
    database: Callable[[str], str]


@dataclass(frozen=True)
class Delivery:
    """What is sent.

    Attributes:
        resource: builds the dlt resources that yield it, for each ingest.
        records: the records among it, without those that are refused as a whole.
        prepare: changes what the source holds, once.
    """

    resource: Callable[[Place], Any]
    records: tuple[Record, ...]
    prepare: Callable[[Place], None] = lambda place: None


@dataclass(frozen=True)
class Accepted:
    """All rows are in Bronze: `values` of a column in the order of the ids, and its type."""

    values: list[Any]
    type: str = ""
    column: str = "value"


@dataclass(frozen=True)
class Quarantined:
    """Some rows are set aside, each with a rule and a column; the others are accepted.

    Attributes:
        rejects: id, rule and column of each of these rows.
        reason: words of each reason.
        values: as in `Accepted`, of the other rows.
    """

    rejects: Sequence[tuple[Any, str, str | None]]
    reason: str = ""
    values: list[Any] = field(default_factory=list)
    type: str = ""
    column: str = "value"


class Refused:
    """The load stops with one line, which has these words, and changes nothing."""

    def __init__(self, *words: str) -> None:
        """Set the words; the table's name need not be among them."""
        self.words = words


End = Accepted | Quarantined | Refused


@dataclass(frozen=True)
class Case:
    """A case.

    Attributes:
        id: its name, and that of its table.
        steps: the deliveries, and how each ends.
        private: parts of what is sent that no error or reason may repeat.
        key: the column that identifies a record, as Bronze names it.
        names_table: whether an error names the table: it is not known if a file or a database is at fault.
    """

    id: str
    steps: list[tuple[Delivery, End]]
    private: tuple[str, ...] = ()
    key: str = "id"
    names_table: bool = True


def case(id: str, *steps: Delivery | End, **options: Any) -> Case:
    """A case of deliveries, each followed by its end."""
    deliveries, ends = steps[::2], steps[1::2]
    return Case(id, list(zip(deliveries, ends, strict=True)), **options)  # type: ignore[arg-type]

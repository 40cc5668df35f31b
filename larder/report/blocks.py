"""What a page is made of: sections of tiles, tables, charts and sentences. The templates draw them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from larder.ops.dbt_variables import FAILED_STATUSES
from larder.report.warehouse import NoDataError

Tone = Literal["good", "warn", "bad", "idle", ""]

TONES: dict[str, Tone] = {
    "success": "good", "pass": "good", "completed": "good", "kept": "good",
    **dict.fromkeys(FAILED_STATUSES, "bad"), "failed": "bad", "missed": "bad",
    "warn": "warn", "partial success": "warn",
}  # fmt: skip


def tone(status: str | None) -> Tone:
    """The colour of a status: good, warn, bad; idle for what did not run."""
    return TONES.get(status or "", "idle")


@dataclass(frozen=True)
class Cell:
    """A table's cell. The text says it all; the rest makes it quicker to read."""

    text: str
    tone: Tone = ""  # a coloured badge
    detail: str = ""  # a second line, smaller
    link: str = ""
    share: float | None = None  # a bar of so many percent
    points: str = ""  # a line of the value over time, from `sparkline`
    heat: float | None = None  # a background between 0 and 1
    is_code: bool = False  # an error's text, as it is


@dataclass(frozen=True)
class Column:
    """A table's column."""

    label: str
    is_number: bool = False


def columns(*labels: str) -> list[Column]:
    """Columns by their labels; one that begins with # holds numbers."""
    return [Column(label.removeprefix("#"), label.startswith("#")) for label in labels]


@dataclass(frozen=True)
class Table:
    """A table; `caption` tells those who do not see it what it holds. Under a `summary` it is folded."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    is_dense: bool = False
    summary: str = ""
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Chart:
    """A Plotly figure; `caption` says what it shows, in a line below it."""

    name: str  # in the page, unique
    caption: str
    figure: dict[str, Any]
    kind: ClassVar[str] = "chart"


@dataclass(frozen=True)
class Tile:
    """One figure that stands for itself."""

    label: str
    value: str
    detail: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Tiles:
    """Figures side by side."""

    tiles: Sequence[Tile]
    kind: ClassVar[str] = "tiles"


@dataclass(frozen=True)
class Failure:
    """Something that failed, with its error as it was written down."""

    title: str
    what: str
    facts: Sequence[tuple[str, str]]
    error: str
    tone: Tone = "bad"
    kind: ClassVar[str] = "failure"


@dataclass(frozen=True)
class Sentence:
    """A sentence, where there is nothing to show or to add."""

    text: str
    tone: Tone = ""
    kind: ClassVar[str] = "sentence"


Block = Table | Chart | Tiles | Failure | Sentence


@dataclass(frozen=True)
class Section:
    """A titled part of a page, over all its width or half of it; a tall one has two others beside it."""

    title: str
    blocks: Sequence[Block]
    note: str = ""
    is_half: bool = False
    is_tall: bool = False


@dataclass(frozen=True)
class Group:
    """Sections under a common heading."""

    title: str
    sections: Sequence[Section] = field(default_factory=list)


def section(
    title: str,
    blocks: Callable[[], Sequence[Block]],
    note: str = "",
    *,
    half: bool = False,
    tall: bool = False,
) -> Section:
    """A section; where there is no data for it, one sentence takes its place."""
    try:
        return Section(title, blocks(), note, half, tall)
    except NoDataError as error:
        return Section(title, [Sentence(str(error), "idle")], "", half, tall)


def sparkline(values: Sequence[float | int | None]) -> str:
    """Points of an SVG line, 100 wide and 24 high; none for fewer than two values."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004  # a line has two ends
        return ""
    least, spread = min(known), max(known) - min(known)
    step = 100 / (len(known) - 1)
    return " ".join(
        f"{number * step:.1f},{12 if spread == 0 else 22 - 20 * (value - least) / spread:.1f}"
        for number, value in enumerate(known)
    )

"""The building blocks of pages: sections of tiles, tables, charts and sentences. Templates render them."""

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
    """The colour of a status: good, warn, bad; idle if it did not run."""
    return TONES.get(status or "", "idle")


@dataclass(frozen=True)
class Cell:
    """A table's cell. `text` is complete by itself; the other fields make it quicker to read."""

    text: str
    tone: Tone = ""  # a coloured badge
    detail: str = ""  # a second line, smaller
    link: str = ""
    share: float | None = None  # a bar, in percent
    points: str = ""  # a line chart of the value over time, from `sparkline`
    heat: float | None = None  # the intensity of the background, 0 to 1
    is_code: bool = False  # an error's text, shown verbatim


@dataclass(frozen=True)
class Column:
    """A table's column."""

    label: str
    is_number: bool = False


def columns(*labels: str) -> list[Column]:
    """Columns from labels; one that begins with # is numeric."""
    return [Column(label.removeprefix("#"), label.startswith("#")) for label in labels]


@dataclass(frozen=True)
class Table:
    """A table; `caption` describes it for screen readers. With a `summary` it is collapsed."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    is_dense: bool = False
    summary: str = ""
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Chart:
    """A Plotly figure; `caption` is a line below it that says what it shows."""

    name: str  # unique on its page
    caption: str
    figure: dict[str, Any]
    kind: ClassVar[str] = "chart"


@dataclass(frozen=True)
class Tile:
    """A single figure."""

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
    """Something that failed, with its error verbatim."""

    title: str
    what: str
    facts: Sequence[tuple[str, str]]
    error: str
    tone: Tone = "bad"
    kind: ClassVar[str] = "failure"


@dataclass(frozen=True)
class Sentence:
    """A sentence, for example if there is nothing to show."""

    text: str
    tone: Tone = ""
    kind: ClassVar[str] = "sentence"


Block = Table | Chart | Tiles | Failure | Sentence


@dataclass(frozen=True)
class Section:
    """A titled part of a page, full or half width; a tall one has two others beside it."""

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
    """Build a section; without data, it has a single sentence that says so."""
    try:
        return Section(title, blocks(), note, half, tall)
    except NoDataError as error:
        return Section(title, [Sentence(str(error), "idle")], "", half, tall)


def sparkline(values: Sequence[float | int | None]) -> str:
    """The points of an SVG line, 100 wide and 24 high; empty for fewer than two values."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004  # a line needs two points
        return ""
    least, spread = min(known), max(known) - min(known)
    step = 100 / (len(known) - 1)
    return " ".join(
        f"{number * step:.1f},{12 if spread == 0 else 22 - 20 * (value - least) / spread:.1f}"
        for number, value in enumerate(known)
    )

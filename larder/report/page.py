"""A page with its heading and banner."""

from collections.abc import Sequence
from dataclasses import dataclass

from larder.report.blocks import Group, Tone


@dataclass(frozen=True)
class Square:
    """One of the latest business dates."""

    date: str
    tone: Tone
    word: str
    is_now: bool


@dataclass(frozen=True)
class Banner:
    """The state of the business date, shown at the top of the front page."""

    date: str
    tone: Tone
    word: str
    sentence: str
    facts: Sequence[str]
    link: str
    days: Sequence[Square]


@dataclass(frozen=True)
class Page:
    """A page of the site."""

    address: str
    title: str
    lead: str
    groups: Sequence[Group]
    banner: Banner | None = None

    @property
    def has_charts(self) -> bool:
        """Whether the page needs Plotly."""
        return any(
            block.kind == "chart"
            for group in self.groups
            for section in group.sections
            for block in section.blocks
        )

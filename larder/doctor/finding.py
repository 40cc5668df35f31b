"""The findings of `larder doctor`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One line of the report: `ok`, `warn` (not set up, or partly unusable), `fail` (a run would fail)."""

    level: Literal["ok", "warn", "fail"]
    what: str
    fix: str = ""

    def __str__(self) -> str:
        """The line, and a second one with the fix."""
        return f"{self.level:<5} {self.what}" + (f"\n      → {self.fix}" if self.fix else "")

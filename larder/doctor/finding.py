"""What `larder doctor` reports."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One line of the report: `ok`, `warn` (not set up, or in part of no use), `fail` (a run would fail)."""

    level: Literal["ok", "warn", "fail"]
    what: str
    mend: str = ""

    def __str__(self) -> str:
        """The line; and how to mend it, in a second one."""
        return f"{self.level:<5} {self.what}" + (f"\n      → {self.mend}" if self.mend else "")

"""Pages of the marketing resources as they are at a business date."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo import history_reader
from demo.tables import MARKETING


class Pages:
    """The resources' versions, in memory, each in the order of `updated_at` and id.

    A version's place in that order never changes, so it serves as the paging cursor: a record that changes
    between two pages moves behind the cursor's page and is served again, and none is left out.
    """

    def __init__(self, history_folder: Path) -> None:
        """Read all resources from a history (see `demo.history`)."""
        self._versions = {
            name.replace("_", "-"): history_reader.marketing_rows(history_folder, name) for name in MARKETING
        }
        self.resources = list(self._versions)

    def page(
        self, resource: str, business_date: date, updated_since: datetime | None, limit: int, after: int
    ) -> tuple[list[dict[str, Any]], int | None]:
        """The next rows (JSON-ready) behind cursor `after` (-1: the start), and the next cursor or None.

        `updated_since` is inclusive; without an offset it is taken as UTC.
        """
        versions = self._versions[resource]
        shown = history_reader.marketing_shown(versions, business_date)
        if updated_since is not None:
            since = updated_since if updated_since.tzinfo else updated_since.replace(tzinfo=UTC)
            recent = pc.greater_equal(versions["updated_at"], pa.scalar(since, versions["updated_at"].type))
            shown &= recent.to_numpy()
        places = np.flatnonzero(shown)
        places = places[places > after]
        rows = versions.take(places[:limit]).drop_columns(["replaced_at"]).to_pylist()
        last = int(places[limit - 1]) if len(places) > limit else None
        return [_json_ready(row) for row in rows], last


def _json_ready(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}

"""Pages of the marketing resources as of a business date."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo import history_reader
from demo.tables import MARKETING


class Pages:
    """The versions of all resources in memory, ordered by `updated_at` and id.

    A version's position in that order never changes, so it is the paging cursor: a record that changes
    between two pages moves behind the cursor and is served again, and no record is left out.
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
        """The rows (JSON-ready) after the cursor `after` (-1: from the start), and the next cursor or None.

        `updated_since` is inclusive, and UTC if it has no offset.
        """
        versions = self._versions[resource]
        visible = history_reader.find_visible(versions, business_date)
        if updated_since is not None:
            since = updated_since if updated_since.tzinfo else updated_since.replace(tzinfo=UTC)
            recent = pc.greater_equal(versions["updated_at"], pa.scalar(since, versions["updated_at"].type))
            visible &= recent.to_numpy()
        positions = np.flatnonzero(visible)
        positions = positions[positions > after]
        rows = versions.take(positions[:limit]).drop_columns(["replaced_at"]).to_pylist()
        last = int(positions[limit - 1]) if len(positions) > limit else None
        return [_json_ready(row) for row in rows], last


def _json_ready(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}

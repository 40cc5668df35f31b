"""Samples of the rows that failed a test, for alerts."""

import json

from larder.alerts.incident import Sample
from larder.ops.artifacts import Row


def select_samples(rows: list[Row], unique_id: str) -> tuple[Sample, ...]:
    """The samples of one test."""
    return tuple(json.loads(row["row_json"]) for row in rows if row["unique_id"] == unique_id)

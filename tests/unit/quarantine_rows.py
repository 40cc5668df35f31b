"""What the quarantine holds, for assertions."""

import json
from typing import Any

from larder.quarantine import records


def rejected(resource: str, state: str = "open") -> list[tuple[str, str | None]]:
    """Rule and column of a resource's records, sorted."""
    found = records.read(resource=resource, state=state, columns=("rule", "column_name"))
    return sorted(((row["rule"], row["column_name"]) for row in found.to_pylist()), key=str)


def payloads(resource: str) -> list[dict[str, Any]]:
    """The payloads of a resource's records, in the order of their texts."""
    found = records.read(resource=resource, columns=("payload_json",))
    return [json.loads(text) for text in sorted(str(text) for text in found["payload_json"].to_pylist())]

"""What is told of a dbt command that failed."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from dbt.artifacts.resources.types import TimePeriod
from dbt.artifacts.resources.v1.components import FreshnessThreshold, Time
from dbt.artifacts.schemas.freshness import SourceFreshnessResult
from dbt.artifacts.schemas.results import FreshnessStatus

from larder.runtime import dbt_commands
from larder.runtime.dbt_runner import Runner


def stale(name: str, hours: int, allowed: FreshnessThreshold | None) -> Any:
    """What dbt finds of a source that was not loaded for hours."""
    now = datetime(2018, 1, 1, tzinfo=UTC)
    return SourceFreshnessResult(
        status=FreshnessStatus.Error,
        timing=[],
        thread_id="",
        execution_time=0,
        adapter_response={},
        message=None,
        failures=None,
        node=SimpleNamespace(resource_type="source", name=name, freshness=allowed),  # type: ignore[arg-type]
        max_loaded_at=now - timedelta(hours=hours),
        snapshotted_at=now,
        age=hours * 3600,
    )


def test_a_stale_source_is_told_with_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = FreshnessThreshold(error_after=Time(count=72, period=TimePeriod.hour))
    results = [stale("baskets", 80, allowed), stale("stores", 81, allowed)]
    found = SimpleNamespace(success=False, result=SimpleNamespace(results=results))
    monkeypatch.setattr(Runner, "invoke", lambda *arguments: found)
    monkeypatch.setenv("DBT_TARGET_PATH", "/elsewhere")
    with pytest.raises(dbt_commands.BuildFailed) as caught:
        dbt_commands.invoke("source", "freshness")
    assert str(caught.value) == (
        "dbt source: source baskets: last loaded 80 hours ago, more than the 72 hours allowed, and 1 more; "
        "all results are in /elsewhere/sources.json; mend it, then run the date again"
    )

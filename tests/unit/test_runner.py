"""What is reported to Prefect about dbt's nodes."""

from types import SimpleNamespace
from typing import Any

from larder.runtime.dbt_runner import drop_batch_events


def event(name: str, node: str = "model.larder.days") -> Any:
    return SimpleNamespace(
        info=SimpleNamespace(name=name),
        data=SimpleNamespace(node_info=SimpleNamespace(unique_id=node)),
    )


def test_a_node_with_batches_begins_and_ends_once() -> None:
    events: list[str] = []
    callback = drop_batch_events(
        lambda event: events.append(f"{event.info.name} {event.data.node_info.unique_id}")
    )
    callback(event("NodeStart"))
    callback(event("NodeStart"))  # the first batch
    callback(event("NodeStart", "model.larder.other"))
    callback(event("NodeStart"))  # the second batch, beside it
    callback(event("LogBatchResult"))
    callback(event("NodeFinished"))
    callback(event("NodeFinished"))
    callback(event("NodeFinished", "model.larder.other"))
    callback(event("NodeFinished"))
    assert events == [
        "NodeStart model.larder.days",
        "NodeStart model.larder.other",
        "LogBatchResult model.larder.days",
        "NodeFinished model.larder.other",
        "NodeFinished model.larder.days",
    ]


def test_a_node_may_run_again() -> None:
    events: list[str] = []
    callback = drop_batch_events(lambda event: events.append(event.info.name))
    for name in ("NodeStart", "NodeFinished") * 2:
        callback(event(name))
    assert events == ["NodeStart", "NodeFinished"] * 2

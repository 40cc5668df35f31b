"""The builds of a backfill: as few as possible, upstream first, nothing that was not asked for."""

from datetime import date, timedelta
from typing import Any

import pytest

from larder.ops.code_versions import Scope
from larder.ops.lineage import Lineage
from larder.runtime.backfill_plan import Model, Rebuild, Run, find_ranges, plan_rebuilds, plan_runs
from larder.runtime.build_plan import plan_rebuild

FIRST = date(2017, 12, 1)
# Lines → baskets → sales by day → summary; lines → products.
READS = {
    "baskets": ["lines"],
    "daily": ["baskets"],
    "summary": ["daily"],
    "products": ["lines"],
    "lines": ["view"],
}


def _days(*numbers: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(days=number) for number in numbers)


def _lineage() -> Lineage:
    nodes: dict[str, Any] = {name: {"depends_on": {"nodes": read}} for name, read in READS.items()}
    return Lineage({"nodes": nodes | {"view": {}}})


def _model(name: str, scope: Scope, *numbers: int) -> Model:
    return Model(name, name, f"gold.{name}", scope, _days(*numbers), "asked for")


def _plan(*models: Model, each_date: bool = False) -> list[tuple[str, ...]]:
    """The names of each build, the numbers of its first and last day, and "full"."""
    return [
        (
            *one.models,
            str((one.first - FIRST).days),
            str((one.last - FIRST).days),
            *(["full"] if one.is_full else []),
        )
        for one in plan_rebuilds(models, _lineage(), each_date=each_date)
    ]


def test_a_run_covers_all_missing_dates_before_it() -> None:
    missing = _days(2, 0, 1)
    assert plan_runs(missing, each_date=False) == [Run(_days(0, 1, 2))]
    assert plan_runs(missing, each_date=False)[0].business_date == FIRST + timedelta(days=2)
    assert plan_runs(missing, each_date=True) == [Run(_days(0)), Run(_days(1)), Run(_days(2))]
    assert plan_runs([], each_date=False) == []


def test_dates_that_follow_each_other_are_one_range() -> None:
    a, b, c, d = _days(0, 1, 2, 5)
    assert find_ranges([c, a, d, b]) == [(a, c), (d, d)]
    assert find_ranges([a, b], each_date=True) == [(a, a), (b, b)]


def test_models_that_need_the_same_dates_are_built_together() -> None:
    days = (0, 1, 2)
    plan = _plan(
        _model("daily", "dates", *days), _model("baskets", "dates", *days), _model("summary", "whole", *days)
    )
    assert plan == [("baskets", "daily", "summary", "0", "2")]


def test_each_range_is_a_build_and_what_is_made_whole_is_made_once() -> None:
    days = (0, 1, 5)
    plan = _plan(
        _model("view", "whole", *days), _model("baskets", "dates", *days), _model("summary", "whole", *days)
    )
    assert plan == [("baskets", "view", "0", "1"), ("baskets", "summary", "5", "5")]


def test_each_date_is_a_build_if_asked_for() -> None:
    plan = _plan(_model("baskets", "dates", 0, 1), each_date=True)
    assert plan == [("baskets", "0", "0"), ("baskets", "1", "1")]


def test_a_full_refresh_is_a_build_of_its_own_before_what_reads_it() -> None:
    plan = _plan(
        _model("summary", "whole", 0),
        _model("daily", "dates", 0),
        _model("baskets", "dates", 0),
        _model("products", "new_rows", 0),
        _model("lines", "new_rows", 0),
    )
    assert plan == [("lines", "products", "0", "0", "full"), ("baskets", "daily", "summary", "0", "0")]


def test_a_full_refresh_in_between_comes_in_between() -> None:
    plan = _plan(_model("lines", "dates", 0), _model("baskets", "new_rows", 0), _model("daily", "dates", 0))
    assert plan == [("lines", "0", "0"), ("baskets", "0", "0", "full"), ("daily", "0", "0")]


def test_models_with_other_dates_are_built_apart() -> None:
    plan = _plan(_model("baskets", "dates", 0, 1), _model("products", "dates", 1))
    assert sorted(plan) == [("baskets", "0", "1"), ("products", "1", "1")]


def test_steps_are_described() -> None:
    assert Run(_days(0, 1)).describe() == "run 2017-12-02, which covers 2017-12-01 to it"
    assert Run(_days(0)).describe() == "run 2017-12-01"
    first, last = _days(0, 1)
    assert Rebuild(("a", "b"), first, last).describe() == "rebuild 2 models for 2017-12-01 to 2017-12-02"
    assert Rebuild(("a",), first, last, is_full=True).describe() == "rebuild 1 model whole"


@pytest.mark.parametrize(
    ("days", "size"), [(1, "day"), (31, "day"), (32, "month"), (731, "month"), (732, "year")]
)
def test_the_size_of_microbatches_follows_from_the_number_of_days(days: int, size: str) -> None:
    planned = plan_rebuild(["a"], FIRST, FIRST + timedelta(days=days - 1))
    assert planned.environment == {"LARDER_BATCH_SIZE": size, "LARDER_BACKFILL": "true"}
    window = planned.arguments[planned.arguments.index("--event-time-start") :]
    assert window == [
        "--event-time-start",
        "2017-12-01",
        "--event-time-end",
        str(FIRST + timedelta(days=days)),
    ]


def test_a_full_refresh_has_no_window() -> None:
    planned = plan_rebuild(["a", "b"], FIRST, FIRST, is_full=True)
    assert planned.arguments[:5] == ["build", "--cache-selected-only", "--select", "a", "b"]
    assert planned.arguments[-1] == "--full-refresh"
    assert "--event-time-start" not in planned.arguments
    assert planned.environment == {}

"""Rows that broke a test are shown with personal data masked."""

from pathlib import Path
from typing import Any

import pytest

from larder.alerts import diagnosis, message
from larder.alerts.masking import columns, mask_row
from larder.ops.lineage import Lineage
from larder.redaction import MASK
from larder.runtime import samples
from tests.unit.failed_build import (
    AGE,
    BEGAN,
    ERROR,
    HOUSEHOLD,
    NODES,
    RUN,
    Target,
    columns_of,
    node,
    result,
    target_in,
)


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return target_in(tmp_path)


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"household_id": HOUSEHOLD, "store_id": 3}, {"household_id": MASK, "store_id": "3"}),
        ({"HOUSEHOLD_ID": HOUSEHOLD}, {"HOUSEHOLD_ID": MASK}),
        ({"late_household_id": HOUSEHOLD}, {"late_household_id": MASK}),
        ({"shop_store_id": 3, "shop_product_id": None}, {"shop_store_id": "3", "shop_product_id": "null"}),
        ({"hh": HOUSEHOLD, "name": "Ann"}, {"hh": MASK, "name": MASK}),
        ({"unique_field": 7, "n_records": 2}, {"unique_field": "7", "n_records": "2"}),
    ],
)  # fmt: skip
def test_only_values_known_to_be_harmless_are_shown(row: dict[str, Any], shown: dict[str, str]) -> None:
    known = columns(Lineage({"nodes": {one["unique_id"]: one for one in NODES}}))
    assert mask_row(row, {"column_name": "product_id"}, known) == shown


def test_a_renamed_personal_column_is_masked_and_so_is_one_that_nobody_knows() -> None:
    known = columns(Lineage({"nodes": {one["unique_id"]: one for one in NODES}}))
    for column in ("household_id", "age_band", "unheard_of", None):
        assert mask_row({"value_field": AGE}, {"column_name": column}, known) == {"value_field": MASK}
    assert mask_row({"store_id": 3}, {}, columns(Lineage({}))) == {"store_id": MASK}, "nothing is known"


def test_columns_of_ops_say_nothing_about_the_shops() -> None:
    runs = node("model.runs", [], schema="ops", columns=columns_of(run_name=False))
    assert mask_row({"run_name": "Ann"}, {}, columns(Lineage({"nodes": {"model.runs": runs}}))) == {
        "run_name": MASK
    }


def test_samples_reach_the_alert_masked(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = target(result("test.unique", "fail", 7, 1), result("test.known", "warn", 7, 1))
    asked: list[str] = []

    def rows(query: str) -> list[dict[str, Any]]:
        asked.append(query)
        return [{"unique_field": 7, "household_id": HOUSEHOLD, "age_band": AGE, "n_records": 2}]

    monkeypatch.setattr(samples, "_rows", rows)
    found = samples.sample_failures(folder, BEGAN)
    assert asked == ["select * from test.unique"]
    assert [row["row_number"] for row in found] == [1]
    alert = message.body(diagnosis.diagnose_build(RUN, ERROR, folder, BEGAN, found))
    assert "unique_field=7 household_id=*** age_band=*** n_records=2" in alert
    assert HOUSEHOLD not in alert + str(found) and AGE not in alert + str(found)


def test_samples_that_cannot_be_had_leave_the_alert_alone(
    target: Target, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def rows(query: str) -> list[dict[str, Any]]:
        raise ValueError(f"could not read household {HOUSEHOLD}")

    monkeypatch.setattr(samples, "_rows", rows)
    assert samples.sample_failures(target(result("test.unique", "fail", 7, 1)), BEGAN) == []
    assert "no samples" in caplog.text and HOUSEHOLD not in caplog.text

"""What failed first, what depends on it and who owns that, from small handmade artifacts."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from larder.alerts import diagnosis, message
from larder.alerts.incident import Run
from larder.alerts.masking import columns, masked
from larder.errors import SourceUnavailable
from larder.ops.lineage import Affected, Lineage
from larder.ops.steps import ELEMENTARY_REPORT, FRESHNESS, ingest_step
from larder.redaction import LONGEST, MASK, without_values
from larder.runtime import samples
from larder.runtime.dbt_commands import BuildFailed

BEGAN = datetime(2017, 12, 30, 4, 0, tzinfo=UTC)
RUN = Run(date(2017, 12, 29), "daily 2017-12-29", "0a1b")
ERROR = BuildFailed("dbt build: test unique_dim_products: Got 12 results; fix it, then run the date again")
ANALYTICS, CATEGORY = "Analytics <analytics@example.com>", "Category <cat@example.com>"
HOUSEHOLD, AGE = "4711", "45-54"


def _node(name: str, parents: list[str], owner: str = "", **others: Any) -> dict[str, Any]:
    kind, _, short = name.partition(".")
    config = {"meta": {"owner": owner} if owner else {}}
    node = {
        "unique_id": name,
        "resource_type": kind,
        "name": short,
        "config": config,
        "columns": {},
        "schema": "gold",
    }
    return node | {"depends_on": {"nodes": parents}, "original_file_path": f"models/{short}.sql"} | others


def _columns(**personal: bool) -> dict[str, Any]:
    return {
        name: {"name": name, "config": {"meta": {"personal": is_personal}}}
        for name, is_personal in personal.items()
    }


PRODUCTS = _node(
    "model.dim_products", ["source.shop.products"], ANALYTICS, patch_path="larder://models/p.yml"
)
NODES = [
    PRODUCTS | {"columns": _columns(product_id=False, updated_at=False)},
    _node("model.fct_baskets", [], "", columns=_columns(household_id=True, age_band=True, store_id=False)),
    _node("snapshot.prices", ["model.dim_products"], CATEGORY),
    _node("model.price_history", ["snapshot.prices", "model.fct_baskets"], CATEGORY),
    _node(
        "test.unique", ["model.dim_products"], attached_node="model.dim_products", column_name="product_id"
    ),
    _node("test.known", ["model.fct_baskets", "model.dim_products"], attached_node="model.fct_baskets"),
    _node("test.prices", ["model.price_history"], attached_node="model.price_history"),
]
EXPOSURE = _node("exposure.trading", ["model.price_history"], type="dashboard", label="Trading") | {
    "owner": {"name": "Stores", "email": "stores@example.com"}
}
SOURCE = _node("source.shop.products", [], "Shop <shop@example.com>") | {
    "name": "products",
    "source_name": "shop",
}


def _result(
    name: str, status: str, minute: int, failures: int | None = None, words: str = ""
) -> dict[str, Any]:
    timing = [{"name": "execute", "completed_at": f"2017-12-30T04:{minute:02}:00.000000Z"}] if minute else []
    result = {"unique_id": name, "status": status, "failures": failures, "message": words, "timing": timing}
    return result | {"compiled_code": f"select * from {name}"}


Target = Callable[..., Path]


@pytest.fixture
def target(tmp_path: Path) -> Target:
    """Write a target folder: a manifest and the results of a build, or of `source freshness`."""

    def write(
        *results: dict[str, Any],
        schema: int = 12,
        at: str = "2017-12-30T04:20:00Z",
        kind: str = "run_results",
    ) -> Path:
        about = {"dbt_version": "1.11.16", "generated_at": at, "invocation_id": "i1"}
        manifest = {
            "metadata": about
            | {"dbt_schema_version": f"https://schemas.getdbt.com/dbt/manifest/v{schema}.json"},
            "nodes": {node["unique_id"]: node for node in NODES},
            "sources": {SOURCE["unique_id"]: SOURCE},
            "exposures": {EXPOSURE["unique_id"]: EXPOSURE},
        }
        version = {"run_results": "run-results/v6", "sources": "sources/v3"}[kind]
        found = {"metadata": about | {"dbt_schema_version": f"https://schemas.getdbt.com/dbt/{version}.json"}}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        (tmp_path / f"{kind}.json").write_text(json.dumps(found | {"results": results}))
        return tmp_path

    return write


def test_the_first_failure_is_reported_with_everything_downstream(target: Target) -> None:
    folder = target(
        _result("model.dim_products", "success", 5),
        _result("test.known", "fail", 9, 3, "Got 3 results"),
        _result("test.unique", "fail", 7, 12, "Got 12 results, configured to fail if != 0"),
        _result("snapshot.prices", "skipped", 0),
        _result("test.prices", "skipped", 0),
    )
    incident = diagnosis.of_build(RUN, ERROR, folder, BEGAN)
    assert incident.subject == "test.unique"
    assert incident.summary == "daily 2017-12-29: test unique of dim_products failed (12 rows)"
    assert (incident.row_count, incident.owners) == (12, (ANALYTICS,))
    assert incident.affected == (
        Affected("dashboard Trading", "Stores <stores@example.com>"),
        Affected("price_history", CATEGORY),
        Affected("prices", CATEGORY),
    )
    assert incident.retry == "larder run --date 2017-12-29"
    assert set(incident.lasting or ()) == {"test.known", "test.unique", "snapshot.prices", "test.prices"}
    assert incident.remarks == ()


def test_a_failure_caused_by_another_does_not_come_first(target: Target) -> None:
    folder = target(
        _result("model.price_history", "error", 0, words="cannot read prices"),
        _result("snapshot.prices", "error", 9, words="broken"),
    )
    assert diagnosis.of_build(RUN, ERROR, folder, BEGAN).subject == "snapshot.prices"


def test_values_that_spark_quotes_are_redacted(target: Target) -> None:
    words = '[CAST_INVALID_INPUT] The value \'45-54\' of the type "STRING" cannot be cast to "BIGINT"'
    incident = diagnosis.of_build(
        RUN, ERROR, target(_result("model.fct_baskets", "error", 7, words=words)), BEGAN
    )
    assert incident.error.startswith("[CAST_INVALID_INPUT] The value '***' of the type \"STRING\"")
    assert incident.row_count is None


def test_values_in_engine_errors_are_redacted() -> None:
    assert without_values("The value 4711L of the type") == "The value *** of the type"
    assert without_values("cannot resolve `age_band` near 'O\\'Brien' and 'x'") == (
        "cannot resolve `age_band` near '***' and '***'"
    )


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Can't cast 'Smith' to int", "Can't cast '***' to int"),
        ("the stores' table holds 'O'Brien', 'Smith'", "the stores' table holds '***', '***'"),
        ("near 'O''Brien'", "near '***''***'"),
        ("near 'it is cut here, Smi", "near '***'"),
        ("near 'Smith\\", "near '***'"),
        ("two lines: 'Ann\nSmith'", "two lines: '***'"),
        ("Could not convert b'Smith' to int", "Could not convert b'***' to int"),
        ("Could not convert Smith, Ann with type Name: no", "Could not convert *** with type Name: no"),
        (
            'invalid input syntax for type integer: "Smith"',
            'invalid input syntax for type integer: "***"',
        ),
        ('value "4711" is out of range', 'value "***" is out of range'),
        ('column "age_band" does not exist', 'column "age_band" does not exist'),
    ],
)
def test_values_are_redacted_in_any_quotes(text: str, redacted: str) -> None:
    assert without_values(text) == redacted
    assert without_values(redacted) == redacted


def test_a_value_cut_off_at_the_length_limit_is_redacted(target: Target) -> None:
    words = "x " * (LONGEST // 2 - 3) + "'Smith and so on'"
    folder = target(_result("model.fct_baskets", "error", 7, words=words))
    assert "Smi" not in diagnosis.of_build(RUN, ERROR, folder, BEGAN).error
    assert "Smi" not in diagnosis.of_step(RUN, ingest_step("shop"), ValueError(words), folder, BEGAN).error


def test_a_node_without_owner_says_where_to_declare_one(target: Target) -> None:
    incident = diagnosis.of_build(RUN, ERROR, target(_result("test.known", "fail", 9, 3)), BEGAN)
    assert incident.owners == ()
    assert incident.remarks == ("no owner: declare meta.owner in models/fct_baskets.sql",)
    assert "Owner     no owner declared\n" in message.body(incident)


def test_the_alert_goes_out_without_artifacts(tmp_path: Path) -> None:
    incident = diagnosis.of_build(RUN, ERROR, tmp_path, BEGAN)
    assert (incident.subject, incident.failed) == ("dbt build", "dbt build")
    assert incident.lasting is None, "nothing shows that another incident is over"
    assert incident.error.startswith("dbt build: test unique_dim_products: Got 12 results")
    [remark] = incident.remarks
    assert "manifest.json is missing" in remark


def test_artifacts_of_another_dbt_version_are_one_remark(target: Target) -> None:
    incident = diagnosis.of_build(RUN, ERROR, target(_result("test.unique", "fail", 7), schema=20), BEGAN)
    [remark] = incident.remarks
    assert "schema version 20 instead of 12" in remark and "\n" not in remark
    assert incident.subject == "dbt build"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"metadata": {"dbt_schema_version": 6}}'])
@pytest.mark.parametrize("name", ["manifest", "run_results"])
def test_broken_artifacts_are_one_remark(target: Target, name: str, content: str) -> None:
    folder = target(_result("test.unique", "fail", 7))
    (folder / f"{name}.json").write_text(content)
    incident = diagnosis.of_build(RUN, ERROR, folder, BEGAN)
    [remark] = incident.remarks
    assert name in remark and "\n" not in remark
    assert samples.of_failures(folder, BEGAN) == []


def test_results_of_an_earlier_run_are_ignored(target: Target) -> None:
    folder = target(_result("test.unique", "fail", 7), at="2017-12-29T04:20:00Z")
    incident = diagnosis.of_build(RUN, ERROR, folder, BEGAN)
    assert incident.subject == "dbt build"
    assert "ended before it wrote" in incident.remarks[0]
    assert samples.of_failures(folder, BEGAN) == []


def test_a_source_that_could_not_be_loaded_has_its_owner_and_downstream(target: Target) -> None:
    error = SourceUnavailable("shop database: no answer; see that it is up")
    incident = diagnosis.of_step(RUN, ingest_step("shop"), error, target(), BEGAN)
    assert (incident.kind, incident.subject, incident.error) == ("run", "ingest shop", str(error))
    assert incident.owners == ("Shop <shop@example.com>",)
    assert [one.name for one in incident.affected] == [
        "dashboard Trading",
        "dim_products",
        "price_history",
        "prices",
    ]


def test_a_stale_source_has_its_owner(target: Target) -> None:
    folder = target({"unique_id": "source.shop.products", "status": "error"}, kind="sources")
    incident = diagnosis.of_step(RUN, FRESHNESS, ERROR, folder, BEGAN)
    assert incident.owners == ("Shop <shop@example.com>",)


def test_a_source_that_only_an_earlier_run_found_stale_is_ignored(target: Target) -> None:
    earlier = "2017-12-29T04:20:00Z"
    folder = target({"unique_id": "source.shop.products", "status": "error"}, at=earlier, kind="sources")
    incident = diagnosis.of_step(RUN, FRESHNESS, ERROR, folder, BEGAN)
    assert (incident.owners, incident.affected) == ((), ())
    assert "sources.json is older than this run" in incident.remarks[0]


def test_a_failed_report_is_retried_as_a_report() -> None:
    incident = diagnosis.of_report(RUN, ELEMENTARY_REPORT, OSError("disk full"))
    assert (incident.kind, incident.retry) == ("report", "larder report")


def test_a_full_refresh_is_retried_as_a_full_refresh(tmp_path: Path) -> None:
    run = Run(RUN.business_date, RUN.name, is_full_refresh=True)
    retry = diagnosis.of_build(run, ERROR, tmp_path, BEGAN).retry
    assert retry == "larder run --date 2017-12-29 --full-refresh"


@pytest.mark.parametrize(
    ("row", "shown_row"),
    [
        ({"household_id": HOUSEHOLD, "store_id": 3}, {"household_id": MASK, "store_id": "3"}),
        ({"HOUSEHOLD_ID": HOUSEHOLD}, {"HOUSEHOLD_ID": MASK}),
        ({"late_household_id": HOUSEHOLD}, {"late_household_id": MASK}),
        ({"shop_store_id": 3, "shop_product_id": None}, {"shop_store_id": "3", "shop_product_id": "null"}),
        ({"hh": HOUSEHOLD, "name": "Ann"}, {"hh": MASK, "name": MASK}),
        ({"unique_field": 7, "n_records": 2}, {"unique_field": "7", "n_records": "2"}),
    ],
)  # fmt: skip
def test_only_columns_known_to_be_harmless_are_shown(row: dict[str, Any], shown_row: dict[str, str]) -> None:
    known = columns(Lineage({"nodes": {node["unique_id"]: node for node in NODES}}))
    assert masked(row, {"column_name": "product_id"}, known) == shown_row


def test_renamed_personal_columns_and_unknown_columns_are_masked() -> None:
    known = columns(Lineage({"nodes": {node["unique_id"]: node for node in NODES}}))
    for column in ("household_id", "age_band", "unheard_of", None):
        assert masked({"value_field": AGE}, {"column_name": column}, known) == {"value_field": MASK}
    assert masked({"store_id": 3}, {}, columns(Lineage({}))) == {"store_id": MASK}, "nothing is known"


def test_columns_of_ops_do_not_unmask_the_shops() -> None:
    node = _node("model.runs", [], schema="ops", columns=_columns(run_name=False))
    assert masked({"run_name": "Ann"}, {}, columns(Lineage({"nodes": {"model.runs": node}}))) == {
        "run_name": MASK
    }


def test_samples_reach_the_alert_masked(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = target(_result("test.unique", "fail", 7, 1), _result("test.known", "warn", 7, 1))
    queries: list[str] = []

    def rows(query: str) -> list[dict[str, Any]]:
        queries.append(query)
        return [{"unique_field": 7, "household_id": HOUSEHOLD, "age_band": AGE, "n_records": 2}]

    monkeypatch.setattr(samples, "_rows", rows)
    found = samples.of_failures(folder, BEGAN)
    assert queries == ["select * from test.unique"]
    assert [row["row_number"] for row in found] == [1]
    alert = message.body(diagnosis.of_build(RUN, ERROR, folder, BEGAN, found))
    assert "unique_field=7 household_id=*** age_band=*** n_records=2" in alert
    assert HOUSEHOLD not in alert + str(found) and AGE not in alert + str(found)


def test_samples_that_cannot_be_read_are_left_out(
    target: Target, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def rows(query: str) -> list[dict[str, Any]]:
        raise ValueError(f"could not read household {HOUSEHOLD}")

    monkeypatch.setattr(samples, "_rows", rows)
    assert samples.of_failures(target(_result("test.unique", "fail", 7, 1)), BEGAN) == []
    assert "no samples" in caplog.text and HOUSEHOLD not in caplog.text

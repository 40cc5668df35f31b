"""What failed first, what depends on it and who owns that, from small handmade artifacts."""

from pathlib import Path

import pytest

from larder.alerts import diagnosis, message
from larder.alerts.incident import Run
from larder.errors import SourceUnavailable
from larder.ops.lineage import AffectedNode
from larder.ops.steps import ELEMENTARY_REPORT, FRESHNESS, ingest_step
from larder.redaction import LONGEST
from larder.runtime import samples
from tests.unit.failed_build import ANALYTICS, BEGAN, CATEGORY, ERROR, RUN, Target, result, target_in


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return target_in(tmp_path)


def test_the_first_failure_is_reported_with_everything_downstream(target: Target) -> None:
    folder = target(
        result("model.dim_products", "success", 5),
        result("test.known", "fail", 9, 3, "Got 3 results"),
        result("test.unique", "fail", 7, 12, "Got 12 results, configured to fail if != 0"),
        result("snapshot.prices", "skipped", 0),
        result("test.prices", "skipped", 0),
    )
    incident = diagnosis.diagnose_build(RUN, ERROR, folder, BEGAN)
    assert incident.subject == "test.unique"
    assert incident.summary == "daily 2017-12-29: test unique of dim_products failed (12 rows)"
    assert (incident.row_count, incident.owners) == (12, (ANALYTICS,))
    assert incident.affected == (
        AffectedNode("dashboard Trading", "Stores <stores@example.com>"),
        AffectedNode("price_history", CATEGORY),
        AffectedNode("prices", CATEGORY),
    )
    assert incident.retry == "larder run --date 2017-12-29"
    assert set(incident.lasting or ()) == {"test.known", "test.unique", "snapshot.prices", "test.prices"}
    assert incident.remarks == ()


def test_a_failure_caused_by_another_does_not_come_first(target: Target) -> None:
    folder = target(
        result("model.price_history", "error", 0, words="cannot read prices"),
        result("snapshot.prices", "error", 9, words="broken"),
    )
    assert diagnosis.diagnose_build(RUN, ERROR, folder, BEGAN).subject == "snapshot.prices"


def test_values_that_spark_quotes_are_redacted(target: Target) -> None:
    words = '[CAST_INVALID_INPUT] The value \'45-54\' of the type "STRING" cannot be cast to "BIGINT"'
    incident = diagnosis.diagnose_build(
        RUN, ERROR, target(result("model.fct_baskets", "error", 7, words=words)), BEGAN
    )
    assert incident.error.startswith("[CAST_INVALID_INPUT] The value '***' of the type \"STRING\"")
    assert incident.row_count is None


def test_a_value_that_the_cut_splits_is_redacted(target: Target) -> None:
    words = "x " * (LONGEST // 2 - 3) + "'Smith and so on'"
    folder = target(result("model.fct_baskets", "error", 7, words=words))
    assert "Smi" not in diagnosis.diagnose_build(RUN, ERROR, folder, BEGAN).error
    assert (
        "Smi" not in diagnosis.diagnose_step(RUN, ingest_step("shop"), ValueError(words), folder, BEGAN).error
    )


def test_a_node_without_owner_says_where_to_declare_one(target: Target) -> None:
    incident = diagnosis.diagnose_build(RUN, ERROR, target(result("test.known", "fail", 9, 3)), BEGAN)
    assert incident.owners == ()
    assert incident.remarks == ("no owner: declare meta.owner in models/fct_baskets.sql",)
    assert "Owner     no owner declared\n" in message.body(incident)


def test_the_alert_goes_out_without_artifacts(tmp_path: Path) -> None:
    incident = diagnosis.diagnose_build(RUN, ERROR, tmp_path, BEGAN)
    assert (incident.subject, incident.failed) == ("dbt build", "dbt build")
    assert incident.lasting is None, "nothing shows that another incident is over"
    assert incident.error.startswith("dbt build: test unique_dim_products: Got 12 results")
    [remark] = incident.remarks
    assert "manifest.json is missing" in remark


def test_artifacts_of_another_dbt_are_one_line(target: Target) -> None:
    incident = diagnosis.diagnose_build(
        RUN, ERROR, target(result("test.unique", "fail", 7), schema=20), BEGAN
    )
    [remark] = incident.remarks
    assert "schema version 20 instead of 12" in remark and "\n" not in remark
    assert incident.subject == "dbt build"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"metadata": {"dbt_schema_version": 6}}'])
@pytest.mark.parametrize("name", ["manifest", "run_results"])
def test_broken_artifacts_are_one_line(target: Target, name: str, content: str) -> None:
    folder = target(result("test.unique", "fail", 7))
    (folder / f"{name}.json").write_text(content)
    incident = diagnosis.diagnose_build(RUN, ERROR, folder, BEGAN)
    [remark] = incident.remarks
    assert name in remark and "\n" not in remark
    assert samples.sample_failures(folder, BEGAN) == []


def test_results_of_an_earlier_run_are_not_taken_for_this_ones(target: Target) -> None:
    folder = target(result("test.unique", "fail", 7), at="2017-12-29T04:20:00Z")
    incident = diagnosis.diagnose_build(RUN, ERROR, folder, BEGAN)
    assert incident.subject == "dbt build"
    assert "ended before it wrote" in incident.remarks[0]
    assert samples.sample_failures(folder, BEGAN) == []


def test_a_source_that_could_not_be_loaded_has_its_owner_and_downstream(target: Target) -> None:
    error = SourceUnavailable("shop database: no answer; see that it is up")
    incident = diagnosis.diagnose_step(RUN, ingest_step("shop"), error, target(), BEGAN)
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
    incident = diagnosis.diagnose_step(RUN, FRESHNESS, ERROR, folder, BEGAN)
    assert incident.owners == ("Shop <shop@example.com>",)


def test_a_source_that_only_an_earlier_run_found_stale_is_ignored(target: Target) -> None:
    earlier = "2017-12-29T04:20:00Z"
    folder = target({"unique_id": "source.shop.products", "status": "error"}, at=earlier, kind="sources")
    incident = diagnosis.diagnose_step(RUN, FRESHNESS, ERROR, folder, BEGAN)
    assert (incident.owners, incident.affected) == ((), ())
    assert "sources.json is older than this run" in incident.remarks[0]


def test_a_failed_report_is_retried_as_a_report() -> None:
    incident = diagnosis.diagnose_report(RUN, ELEMENTARY_REPORT, OSError("disk full"))
    assert (incident.kind, incident.retry) == ("report", "larder report")


def test_a_full_refresh_is_retried_as_a_full_refresh(tmp_path: Path) -> None:
    run = Run(RUN.business_date, RUN.name, is_full_refresh=True)
    retry = diagnosis.diagnose_build(run, ERROR, tmp_path, BEGAN).retry
    assert retry == "larder run --date 2017-12-29 --full-refresh"

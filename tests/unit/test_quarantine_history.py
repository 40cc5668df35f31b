"""The model `quarantine_history` over the quarantine's real table, in DuckDB."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from larder.ops import schema
from larder.ops.model_sql import DUCKDB_FUNCTIONS, translate_model
from larder.quarantine import records
from larder.quarantine.schema import SCHEMA
from larder.settings import PROJECT
from tests.unit.quarantine_rejects import by_payload, note, reject

PERSONAL = ("payload_json", "key_json", "note")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path))
    monkeypatch.delenv("LARDER_WAREHOUSE", raising=False)


def history() -> list[dict[str, Any]]:
    """The model's rows, with a node of dbt for `bronze.shop_baskets`."""
    with duckdb.connect() as session:
        session.execute(f"set timezone = 'UTC'; {DUCKDB_FUNCTIONS}")
        session.register("records", records.read())
        nodes = schema.feed("dbt_nodes", []).schema()
        session.from_arrow(nodes.empty_table()).create("dbt_nodes")
        session.execute(
            "insert into dbt_nodes (unique_id, resource_type, schema_name, alias, owner, is_current) "
            "values ('source.a', 'source', 'bronze', 'shop_baskets', 'Shop', true)"
        )
        answer = session.execute(translate_model("quarantine_history"))
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def test_the_table_exists_before_anything_is_rejected() -> None:
    schema.ensure_tables()
    assert records.read().num_rows == 0
    assert history() == []


def test_records_are_counted_by_table_rule_and_column() -> None:
    note(reject("a", 1), reject("b", 2), reject("c", rule="unique", column_name=None))
    note(reject("d", source="dbt", resource="stg_shop__stores", table_name="silver.stg_shop__stores"))
    records.close([by_payload("record_id")["a"]], "discarded")
    found = {(row["table_name"], row["rule"]): row for row in history()}
    assert len(found) == 3
    baskets = found["shop_baskets", "not_null"]
    counts = {name: value for name, value in baskets.items() if name.endswith("_count")}
    assert counts == {
        "record_count": 2,
        "open_count": 1,
        "resolved_count": 0,
        "replayed_count": 0,
        "discarded_count": 1,
    }
    assert (baskets["schema_name"], baskets["owner"], baskets["column_name"]) == (
        "bronze",
        "Shop",
        "store_id",
    )
    assert baskets["open_since"].hour == 2
    assert found["stg_shop__stores", "not_null"]["owner"] is None


def test_no_model_reads_what_may_be_personal() -> None:
    texts = {path.name: path.read_text() for path in (PROJECT / "models").rglob("*.sql")}
    readers = {name: text for name, text in texts.items() if "source('quarantine'" in text}
    # Of a payload, the model of baskets reads ids and times.
    assert set(re.findall(r"\$\.\w+", readers.pop("stg_quarantine__baskets.sql"))) == {
        "$.basket_id",
        "$.sold_date",
        "$.rung_up_at",
    }
    assert not any(name in text for name in PERSONAL for text in readers.values())


def test_the_source_declares_the_columns_of_the_table() -> None:
    path = PROJECT / "models" / "staging" / "quarantine" / "_quarantine__sources.yml"
    [source] = yaml.safe_load(path.read_text())["sources"]
    [table] = source["tables"]
    assert [column["name"] for column in table["columns"]] == SCHEMA.names
    personal = [column["name"] for column in table["columns"] if "config" in column]
    assert sorted(personal) == sorted(PERSONAL)

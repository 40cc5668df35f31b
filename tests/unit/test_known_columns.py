"""The columns of a relation are asked for again once a statement may have changed them."""

import pytest

from dbt_larder.known_columns import Known

COLUMNS = ["store_id", "store_name"]


def known_after(*statements: str, relation: str = "gold.dim_stores") -> list[str] | None:
    """What is known of a relation's columns after they were read and statements were sent."""
    known = Known()
    _, changes = known.get(relation)
    known.put(relation, COLUMNS, changes)
    for statement in statements:
        known.note(statement)
    columns, _ = known.get(relation)
    return columns


@pytest.mark.parametrize(
    "statement",
    [
        "select * from gold.dim_stores",
        '/* {"app": "dbt"} */\n  insert into gold.dim_stores select 1, \'One\'',
        "-- a comment\nmerge into gold.dim_stores using changes on true",
        "alter table gold.dim_products add column department string",
        "",
    ],
)
def test_statements_that_leave_them_alone(statement: str) -> None:
    assert known_after(statement) == COLUMNS


@pytest.mark.parametrize(
    "statement",
    [
        "alter table gold.dim_stores add column city string",
        "/* create */ ALTER TABLE `gold`.`dim_stores` drop column store_name",
        "create or replace table gold.dim_stores as select 1",
        "drop table gold.dim_stores",
        "call larder.system.rollback_to_snapshot('gold.dim_stores', 1)",
    ],
)
def test_statements_that_may_change_them(statement: str) -> None:
    assert known_after(statement) is None


def test_a_view_that_is_replaced() -> None:
    view = "dim_stores__dbt_tmp"
    assert (
        known_after("create or replace temporary view dim_stores__dbt_tmp as select 1", relation=view) is None
    )


def test_a_change_while_they_were_read() -> None:
    known = Known()
    _, changes = known.get("gold.dim_stores")
    known.note("alter table gold.dim_stores add column city string")
    known.put("gold.dim_stores", COLUMNS, changes)
    assert known.get("gold.dim_stores")[0] is None


def test_a_relation_that_is_not_there_is_asked_for_again() -> None:
    known = Known()
    _, changes = known.get("gold.dim_stores")
    known.put("gold.dim_stores", [], changes)
    assert known.get("gold.dim_stores")[0] is None

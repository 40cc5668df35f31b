"""What a source declares of its columns, and how it names its database."""

import dlt
import pytest
from sqlalchemy.exc import NoSuchTableError

from larder.errors import SourceChanged
from larder.landing.columns import columns
from larder.landing.errors import in_one_line
from larder.landing.sql import psycopg_url
from tests.unit.bronze_tables import rows
from tests.unit.landing_helpers import land_resources


def test_a_vanished_table_is_named() -> None:
    message = "loyalty database no longer has the table members; bring it back"
    with pytest.raises(SourceChanged, match=message), in_one_line("loyalty"):
        raise NoSuchTableError("members")


def test_a_connection_string_names_the_driver_that_is_installed() -> None:
    assert psycopg_url("postgresql://me:p%40ss@db:5432/shop") == (
        "postgresql+psycopg://me:p%40ss@db:5432/shop?client_encoding=utf8"
    )


def test_columns_know_decimals_times_without_a_zone_and_what_may_be_missing() -> None:
    assert columns(
        decimal_12_2=["price"], local_timestamp=["at"], bool=["new"], optional=columns(text=["phone"])
    ) == {
        "price": {"data_type": "decimal", "precision": 12, "scale": 2},
        "at": {"data_type": "timestamp", "timezone": False},
        "new": {"data_type": "bool"},
        "phone": {"data_type": "text", "nullable": True},
    }


@pytest.mark.parametrize(
    "people", [[{"id": 1, "phone": "7"}, {"id": 2}], [{"id": 1}, {"id": 2}]], ids=["one lacks it", "all do"]
)
def test_an_optional_field_may_be_missing(home: object, people: list[dict[str, object]]) -> None:
    hints = columns(bigint=["id"], optional=columns(text=["phone"]))

    def load() -> int:
        people_again = dlt.resource(people, name="people", primary_key="id", columns=hints)
        return land_resources(people_again).rows["loyalty_people"]

    assert (load(), load()) == (2, 0)
    assert [row["phone"] for row in rows("loyalty_people")] == [one.get("phone") for one in people]

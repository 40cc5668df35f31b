"""Which state folder the demo may start over in."""

from pathlib import Path

import pyarrow as pa
import pytest

from demo.play import _fresh_home, warehouse_marker
from larder import settings
from larder.errors import LarderError
from larder.lake.catalog import open_catalog


def test_a_catalog_without_tables_is_replaced(home: Path) -> None:
    open_catalog().create_namespace_if_not_exists("gold")
    assert (settings.home() / "catalog.db").exists()
    _fresh_home()
    assert warehouse_marker(settings.home()).exists()
    assert not (settings.home() / "catalog.db").exists()


def test_a_warehouse_that_the_demo_did_not_make_is_left_alone(home: Path) -> None:
    open_catalog().create_namespace_if_not_exists("gold")
    open_catalog().create_table("gold.fct_baskets", schema=pa.schema([("basket_id", pa.int64())]))
    with pytest.raises(LarderError, match="did not make"):
        _fresh_home()
    assert open_catalog().table_exists("gold.fct_baskets")

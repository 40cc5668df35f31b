"""Names in Bronze: what becomes of the source's own, which are refused, and what a rename keeps."""

import random
import string
from pathlib import Path

import dlt
import duckdb
import pyarrow as pa
import pytest

from larder.errors import IngestError
from larder.lake.catalog import open_catalog
from larder.landing import dlt_internals
from larder.landing.destination import pipeline
from larder.landing.hints import RENAMED, renamed
from larder.landing.names import apply_renames, bronze_name, column_names

OTHER = "äÖßиЖ名é²½👍\N{COMBINING ACUTE ACCENT}\N{ZERO WIDTH SPACE}"


def some_names(alphabet: str) -> list[str]:
    generator = random.Random(4)  # noqa: S311 examples
    return ["".join(generator.choices(alphabet, k=generator.randint(0, 12))) for _ in range(2000)]


def test_an_ascii_name_is_what_dlt_makes_of_it() -> None:
    for name in some_names(string.printable):
        assert bronze_name(name) == (
            dlt_internals.SnakeCase().normalize_identifier(name) if name.strip() else ""
        )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Größe (cm)", "größe_cmx"),
        ("名前", "名前"),
        ("имяПользователя", "имя_пользователя"),
        ("HTTPСервер", "http_сервер"),
        ("हिन्दी नाम", "हिन्दी_नाम"),
        ("שלום", "שלום"),
        ("e\N{COMBINING ACUTE ACCENT}", "é"),
        ("m²", "m²"),
        ("١٢", "_١٢"),
        ("ö-ä+", "ö_äx"),
        ("a__ö", "a_ö"),
        ("_ö", "_ö"),
        ("▶", "x"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}storeId", "store_id"),
        ("\N{ZERO WIDTH SPACE}", ""),
        ("\ud800a", "_a"),
    ],
)
def test_a_name_keeps_the_letters_of_its_script(name: str, expected: str) -> None:
    assert bronze_name(name) == expected


def test_a_name_in_bronze_stays_as_it_is() -> None:
    for name in map(bronze_name, some_names(string.printable + OTHER)):
        assert bronze_name(name) == name


def test_names_that_bronze_adds_are_kept_under_another() -> None:
    names = ["_loaded_at", "_business_date", "_dlt_load_id", "_dltId", "_is_deleted", "loaded_at"]
    assert column_names(names, "shop.stores") == [
        "source_loaded_at",
        "source_business_date",
        "source_dlt_load_id",
        "source_dlt_id",
        "source_is_deleted",
        "loaded_at",
    ]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["floorSpace", "floor_space"], "the columns floorSpace, floor_space have the same name in Bronze"),
        (["É", "e\N{COMBINING ACUTE ACCENT}"], "have the same name in Bronze, é"),
        (["_loaded_at", "source_loaded_at"], "the columns _loaded_at, source_loaded_at have the same name"),
        (["id", "name", "id"], "the source sends the column id twice"),
        (["id", " "], "column 2 has no name"),
    ],
)
def test_a_header_that_is_ambiguous_is_refused(names: list[str], message: str) -> None:
    with pytest.raises(IngestError) as caught:
        column_names(names, "shop.stores")
    line = str(caught.value)
    assert line.startswith("shop.stores: ")
    assert message in line
    assert "\n" not in line


def test_a_renamed_column_keeps_its_old_name() -> None:
    names = renamed(fullName="name", mail="e_mail")[RENAMED]
    assert apply_renames(["id", "full_name"], names, "shop.people") == ["id", "name"]
    assert apply_renames(["id", "name"], names, "shop.people") == ["id", "name"]
    with pytest.raises(IngestError, match="full_name is renamed from name, and the source sends both"):
        apply_renames(["name", "full_name"], names, "shop.people")


def test_dlt_writes_names_of_other_scripts_as_they_are(home: Path) -> None:
    row = {"größe": 1, "名前": "a", "имя_пользователя": "b", "source_loaded_at": "c"}
    pipeline("names").run(dlt.resource([pa.Table.from_pylist([row])], name="names_of_people"))
    found = open_catalog().load_table("bronze.names_of_people").scan(row_filter='"größe" = 1').to_arrow()
    assert found.select(list(row)).to_pylist() == [row]
    with duckdb.connect() as database:
        database.register("found", found)
        assert database.execute('select "größe", "名前" from found').fetchall() == [(1, "a")]

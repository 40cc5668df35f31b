"""Rows of a delivery that repeat an earlier row, or have other values for the same version."""

from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from larder.landing.checks.duplicates import Duplicates

Rows = list[tuple[str, int, int, str]]
NAMES = ("file", "id", "at", "value")
ROWS = st.tuples(st.sampled_from("ab"), st.integers(1, 4), st.integers(1, 3), st.sampled_from("xy"))


def find(duplicates: Duplicates, rows: Rows) -> tuple[list[Any], list[Any]]:
    """Which rows repeat an earlier one, and which contradict one."""
    batch = pa.table({name: [row[place] for row in rows] for place, name in enumerate(NAMES)})
    found = duplicates.find(batch)
    if found is None:
        return [False] * len(rows), [False] * len(rows)
    return found[0].to_pylist(), found[1].to_pylist()


def expected(batches: list[Rows], *key: int) -> list[tuple[list[bool], list[bool]]]:
    """The same, by a dict of the first row of each version."""
    first: dict[tuple[Any, ...], Any] = {}
    answers: list[tuple[list[bool], list[bool]]] = []
    for rows in batches:
        same: list[bool] = []
        other: list[bool] = []
        for row in rows:
            known = first.setdefault(tuple(row[place] for place in key), (row, len(answers), len(same)))
            is_first = known[1:] == (len(answers), len(same))
            same.append(not is_first and known[0] == row)
            other.append(not is_first and known[0] != row)
        answers.append((same, other))
    return answers


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(st.lists(ROWS, min_size=1, max_size=6), min_size=1, max_size=4))
def test_rows_in_any_order(batches: list[Rows]) -> None:
    duplicates = Duplicates(("id",), None, is_ordered=False)
    assert [find(duplicates, rows) for rows in batches] == expected(batches, 1)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=16), st.integers(1, 5))
def test_rows_in_the_order_of_their_cursor(rows: Rows, size: int) -> None:
    rows = sorted(rows, key=lambda row: row[2])
    batches = [rows[start : start + size] for start in range(0, len(rows), size)]
    duplicates = Duplicates(("id",), "at", is_ordered=True)
    assert [find(duplicates, batch) for batch in batches] == expected(batches, 1, 2)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=16), st.integers(1, 5))
def test_rows_of_one_file_after_another(rows: Rows, size: int) -> None:
    files = [[row for row in rows if row[0] == name] for name in "ab"]
    batches = [one[start : start + size] for one in files for start in range(0, len(one), size)]
    assert_files(batches)
    # A batch may end one file and begin the next.
    rows = [row for one in files for row in one]
    assert_files([rows[start : start + size] for start in range(0, len(rows), size)])


def assert_files(batches: list[Rows]) -> None:
    duplicates = Duplicates(("file", "id"), None, is_ordered=False, group=("file",))
    assert [find(duplicates, batch) for batch in batches] == expected(batches, 0, 1)

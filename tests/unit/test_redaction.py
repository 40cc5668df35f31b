"""Engines' messages are shown without the values that they quote."""

import pytest

from larder.redaction import redact


def test_values_are_taken_out_of_what_engines_say() -> None:
    assert redact("The value 4711L of the type") == "The value *** of the type"
    assert redact("cannot resolve `age_band` near 'O\\'Brien' and 'x'") == (
        "cannot resolve `age_band` near '***' and '***'"
    )


@pytest.mark.parametrize(
    ("words", "redacted"),
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
def test_values_are_found_in_whatever_quotes(words: str, redacted: str) -> None:
    assert redact(words) == redacted
    assert redact(redacted) == redacted

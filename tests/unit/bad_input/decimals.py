"""Decimals: too wide, too fine, as text, and columns that become decimals."""

from decimal import Decimal

import pyarrow as pa

from tests.unit.bad_input.case import Accepted, Quarantined, case
from tests.unit.bad_input.deliveries import arrow, later, values

PRICE = {"value": {"data_type": "decimal", "precision": 5, "scale": 2}}


CASES = [
    case(
        "nan_in_a_decimal",
        values(Decimal("1.50"), Decimal("NaN"), columns=PRICE),
        Quarantined([(2, "type", "value")], "value", [Decimal("1.50")]),
    ),
    case("beyond_38_digits", values(10**40, 1), Accepted([str(10**40), "1"], "string")),
    case(
        "decimal_as_text",
        values("1.50", "2", columns=PRICE),
        Accepted([Decimal("1.50"), Decimal("2.00")], "decimal(5, 2)"),
    ),
    case(
        "decimal_too_wide",
        values(Decimal("999.99"), Decimal("1000"), columns=PRICE),
        Quarantined([(2, "type", "value")], "value", [Decimal("999.99")]),
    ),
    case(
        "decimal_too_fine",
        values(Decimal("0.01"), Decimal("0.001"), columns=PRICE),
        Quarantined([(2, "type", "value")], "value", [Decimal("0.01")]),
    ),
    case(
        "decimal_with_a_comma",
        values("1.50", "1,50", columns=PRICE),
        Quarantined([(2, "type", "value")], "value", [Decimal("1.50")]),
    ),
    case("decimal_with_an_exponent", values("1E+1", columns=PRICE), Accepted([Decimal("10.00")])),
    case(
        "empty_text_as_a_decimal",
        values("1.50", "", columns=PRICE),
        Quarantined([(2, "type", "value")], "value", [Decimal("1.50")]),
    ),
    case("float_as_a_decimal", values(0.1, columns=PRICE), Accepted([Decimal("0.10")], "decimal(5, 2)")),
    case(
        "decimal_256",
        arrow(pa.array([Decimal(10**40), None], pa.decimal256(76, 2))),
        Accepted([str(10**40) + ".00", None], "string"),
    ),
    case(
        "decimal_of_negative_scale",
        arrow(pa.array([Decimal("12E2")], pa.decimal128(3, -2))),
        Accepted([Decimal(1200)], "decimal(5, 0)"),
    ),
    case(
        "more_digits_later",
        values(Decimal("1.5")),
        Accepted([Decimal("1.5")], "decimal(2, 1)"),
        later(Decimal("100.25")),
        Accepted([Decimal("1.50"), Decimal("100.25")], "decimal(5, 2)"),
    ),
]

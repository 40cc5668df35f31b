"""Numbers: those that some engine cannot hold, and columns that change between kinds of them."""

from decimal import Decimal

import pyarrow as pa

from tests.unit.bad_input.case import Accepted, Quarantined, case
from tests.unit.bad_input.deliveries import arrow, rows, values

NAN, INFINITY = float("nan"), float("inf")
BIGINT = {"value": {"data_type": "bigint"}}
DOUBLE = {"value": {"data_type": "double"}}
BOOL = {"value": {"data_type": "bool"}}
PRICE = {"value": {"data_type": "decimal", "precision": 5, "scale": 2}}
OTHER_TYPE = "value has a value of another type"


def later(value: object, **hints: object) -> object:
    """A row with the id 9 in a further delivery."""
    return rows({"id": 9, "value": value}, **hints)


CASES = [
    case(
        "nan_and_infinity", values(NAN, INFINITY, -INFINITY), Accepted([NAN, INFINITY, -INFINITY], "double")
    ),
    case(
        "nan_in_whole_numbers", values(1), Accepted([1], "long"), later(NAN), Accepted([1.0, NAN], "double")
    ),
    case(
        "infinity_in_declared_whole_numbers",
        values(1, INFINITY, columns=BIGINT),
        Quarantined([(2, "type", "value")], "value", [1], "long"),
    ),
    case(
        "nan_in_a_decimal",
        values(Decimal("1.50"), Decimal("NaN"), columns=PRICE),
        Quarantined([(2, "type", "value")], "value", [Decimal("1.50")]),
    ),
    case("negative_zero", values(-0.0, 0.0), Accepted([-0.0, 0.0], "double")),
    case(
        "smallest_double", values(5e-324, 1.7976931348623157e308), Accepted([5e-324, 1.7976931348623157e308])
    ),
    case("beyond_a_double", values(float("1e400"), 1.0), Accepted([INFINITY, 1.0], "double")),
    case("limits_of_64_bits", values(2**63 - 1, -(2**63)), Accepted([2**63 - 1, -(2**63)], "long")),
    case("beyond_64_bits", values(2**63, 1), Accepted([Decimal(2**63), Decimal(1)], "decimal(38, 0)")),
    case("beyond_38_digits", values(10**40, 1), Accepted([str(10**40), "1"], "string")),
    case(
        "beyond_64_bits_later",
        values(1),
        Accepted([1], "long"),
        later(2**64),
        Quarantined([(9, "type", "value")], "value", [1], "long"),
    ),
    case(
        "beyond_64_bits_in_declared_whole_numbers",
        values(2**63, 1, columns=BIGINT),
        Quarantined([(1, "type", "value")], OTHER_TYPE, [1], "long"),
    ),
    case(
        "unsigned_64",
        arrow(pa.array([2**64 - 1, 0], pa.uint64())),
        Accepted([Decimal(2**64 - 1), Decimal(0)], "decimal(20, 0)"),
    ),
    case(
        "unsigned_64_in_declared_whole_numbers",
        arrow(pa.array([2**64 - 1, 7], pa.uint64()), columns=BIGINT),
        Quarantined([(1, "type", "value")], "value has a value that int64 cannot hold", [7], "long"),
    ),
    case(
        "unsigned_64_after_whole_numbers",
        arrow(pa.array([1])),
        Accepted([1], "long"),
        arrow(pa.table({"id": [2], "value": pa.array([2**64 - 1], pa.uint64())})),
        Accepted([Decimal(1), Decimal(2**64 - 1)], "decimal(20, 0)"),
    ),
    case("small_widths", arrow(pa.array([-128, 127], pa.int8())), Accepted([-128, 127], "long")),
    case("half_floats", arrow(pa.array([0.5, None], pa.float16())), Accepted([0.5, None], "double")),
    case("whole_then_fraction", values(1), Accepted([1], "long"), later(1.5), Accepted([1.0, 1.5], "double")),
    case("whole_then_whole_as_float", values(1), Accepted([1], "long"), later(2.0), Accepted([1, 2], "long")),
    case(
        "fraction_then_whole",
        values(1.5),
        Accepted([1.5], "double"),
        later(2),
        Accepted([1.5, 2.0], "double"),
    ),
    case(
        "fraction_then_whole_that_no_double_holds",
        values(1.5),
        Accepted([1.5], "double"),
        later(2**53 + 1),
        Quarantined([(9, "type", "value")], "value", [1.5], "double"),
    ),
    case(
        "large_whole_then_fraction",
        values(2**53 + 1),
        Accepted([2**53 + 1], "long"),
        later(1.5),
        Quarantined([(9, "type", "value")], "value", [2**53 + 1], "long"),
    ),
    case("whole_and_fraction_in_one_column", values(1, 1.5), Accepted([1.0, 1.5], "double")),
    case(
        "fraction_in_declared_whole_numbers",
        values(1, 1.5, columns=BIGINT),
        Quarantined([(2, "type", "value")], "value", [1], "long"),
    ),
    case("whole_number_as_float_in_declared_ones", values(1, 2.0, columns=BIGINT), Accepted([1, 2], "long")),
    case(
        "true_as_a_number",
        values(1, True, columns=BIGINT),
        Quarantined([(2, "type", "value")], OTHER_TYPE, [1], "long"),
    ),
    case(
        "number_as_a_boolean",
        values(True, 1, columns=BOOL),
        Quarantined([(2, "type", "value")], OTHER_TYPE, [True], "boolean"),
    ),
    case(
        "true_after_numbers",
        values(1),
        Accepted([1], "long"),
        later(True),
        Quarantined([(9, "type", "value")], "value", [1], "long"),
    ),
    case(
        "number_after_booleans",
        values(True),
        Accepted([True], "boolean"),
        later(0),
        Quarantined([(9, "type", "value")], "value", [True], "boolean"),
    ),
    case("numbers_and_booleans_in_one_column", values(1, True), Accepted(["1", "true"], "string")),
    case(
        "number_as_text",
        values(1, "2", columns=BIGINT),
        Quarantined([(2, "type", "value")], OTHER_TYPE, [1], "long"),
    ),
    case(
        "number_as_text_later",
        values(1),
        Accepted([1], "long"),
        later("2"),
        Quarantined([(9, "type", "value")], "value", [1], "long"),
    ),
    case(
        "text_as_a_double",
        values(0.5, "0.5", columns=DOUBLE),
        Quarantined([(2, "type", "value")], OTHER_TYPE, [0.5], "double"),
    ),
    case(
        "number_after_text", values("a"), Accepted(["a"], "string"), later(7), Accepted(["a", "7"], "string")
    ),
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

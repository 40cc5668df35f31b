"""Numbers: those that some engine cannot hold, and columns that change between kinds of them."""

from decimal import Decimal

import pyarrow as pa

from tests.unit.bad_input.case import Accepted, Quarantined, case
from tests.unit.bad_input.deliveries import arrow, later, values

NAN, INFINITY = float("nan"), float("inf")
BIGINT = {"value": {"data_type": "bigint"}}
DOUBLE = {"value": {"data_type": "double"}}
BOOL = {"value": {"data_type": "bool"}}
PRICE = {"value": {"data_type": "decimal", "precision": 5, "scale": 2}}
OTHER_TYPE = "value has a value of another type"


CASES = [
    case("nan_of_a_declared_double", values(NAN, 1.5, columns=DOUBLE), Accepted([NAN, 1.5], "double")),
    case("nan_in_arrow", arrow(pa.array([NAN, None])), Accepted([NAN, None], "double")),
    case("nan_among_texts", values("Ann", NAN), Accepted(["Ann", None], "string")),
    case(
        "only_nan", values(NAN), Accepted([1], column="id"), later("Ann"), Accepted([None, "Ann"], "string")
    ),
    case(
        "nan_and_infinity", values(NAN, INFINITY, -INFINITY), Accepted([None, INFINITY, -INFINITY], "double")
    ),
    case("nan_in_whole_numbers", values(1), Accepted([1], "long"), later(NAN), Accepted([1, None], "long")),
    case(
        "infinity_in_declared_whole_numbers",
        values(1, INFINITY, columns=BIGINT),
        Quarantined([(2, "type", "value")], "value", [1], "long"),
    ),
    case("negative_zero", values(-0.0, 0.0), Accepted([-0.0, 0.0], "double")),
    case(
        "smallest_double", values(5e-324, 1.7976931348623157e308), Accepted([5e-324, 1.7976931348623157e308])
    ),
    case("beyond_a_double", values(float("1e400"), 1.0), Accepted([INFINITY, 1.0], "double")),
    case("limits_of_64_bits", values(2**63 - 1, -(2**63)), Accepted([2**63 - 1, -(2**63)], "long")),
    case("beyond_64_bits", values(2**63, 1), Accepted([Decimal(2**63), Decimal(1)], "decimal(38, 0)")),
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
]

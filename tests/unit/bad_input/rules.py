"""Rules of a table's dbt file: rows that break them are set aside, or stop the load."""

from typing import Any

from tests.unit.bad_input.case import Accepted, Quarantined, Refused, case
from tests.unit.bad_input.deliveries import rows, values

# The dbt file `models/staging/rules/_rules__sources.yml` of the cases' project.
DECLARED = """
sources:
  - name: rules
    tables:
      - name: range
        identifier: rules_range
        columns:
          - name: value
            data_tests: [{dbt_utils.accepted_range: {arguments: {min_value: 0, max_value: 10}}}]
      - name: range_of_text
        identifier: rules_range_of_text
        columns: [{name: value, data_tests: [{dbt_utils.accepted_range: {arguments: {min_value: 0}}}]}]
      - name: accepted
        identifier: rules_accepted
        columns: [{name: value, data_tests: [{accepted_values: {arguments: {values: [a, b]}}}]}]
      - name: accepted_numbers
        identifier: rules_accepted_numbers
        columns: [{name: value, data_tests: [{accepted_values: {arguments: {values: [1, 2], quote: false}}}]}]
      - name: required
        identifier: rules_required
        columns: [{name: value, data_tests: [not_null]}]
      - name: required_and_vanished
        identifier: rules_required_and_vanished
        columns: [{name: value, data_tests: [not_null]}]
      - name: expression
        identifier: rules_expression
        data_tests: [{dbt_utils.expression_is_true: {arguments: {expression: value < limit_value}}}]
      - name: several
        identifier: rules_several
        columns:
          - name: value
            data_tests: [{dbt_utils.accepted_range: {arguments: {min_value: 0}}}]
          - name: kind
            data_tests: [{accepted_values: {arguments: {values: [a]}}}]
      - name: fail
        identifier: rules_fail
        columns: [{name: value, data_tests: [{not_null: {config: {meta: {gate: fail}}}}]}]
      - name: "off"
        identifier: rules_off
        columns: [{name: value, data_tests: [{not_null: {config: {meta: {gate: "off"}}}}]}]
      - name: type_fails
        identifier: rules_type_fails
        config: {meta: {gate: {type: fail}}}
      - name: none_allowed
        identifier: rules_none_allowed
        config: {meta: {gate: {max_rejected_share: 0}}}
        columns: [{name: value, data_tests: [not_null]}]
      - name: all_allowed
        identifier: rules_all_allowed
        config: {meta: {gate: {max_rejected_share: 1}}}
        columns: [{name: value, data_tests: [not_null]}]
      - name: share_of_two
        identifier: rules_share_of_two
        config: {meta: {gate: {max_rejected_share: 2}}}
      - name: unknown_action
        identifier: rules_unknown_action
        columns: [{name: value, data_tests: [{not_null: {config: {meta: {gate: warn}}}}]}]
"""
BIGINT: Any = {"value": {"data_type": "bigint"}}


def nulls(count: int, good: int) -> Any:
    """Rows without a value, and some with one."""
    return values(*[None] * count, *["Ann"] * good)


def set_aside(count: int, rule: str = "not_null") -> list[tuple[int, str, str]]:
    """The first rows."""
    return [(number, rule, "value") for number in range(1, count + 1)]


CASES = [
    case(
        "range",
        values(0, 10, 11, -1, None),
        Quarantined(
            [(3, "accepted_range", "value"), (4, "accepted_range", "value")],
            "value not as required",
            [0, 10, None],
        ),
    ),
    case(
        "range_of_text",
        values("5", "x"),
        Refused("the rule accepted_range cannot be checked", "value is string"),
    ),
    case(
        "accepted",
        values("a", "A", "", None),
        Quarantined(
            [(2, "accepted_values", "value"), (3, "accepted_values", "value")],
            "value is not an accepted value",
            ["a", None],
        ),
    ),
    case(
        "accepted_numbers",
        values(1, 3),
        Quarantined([(2, "accepted_values", "value")], "value is not an accepted value", [1]),
    ),
    case("required", nulls(1, 1), Quarantined(set_aside(1), "value is null", ["Ann"])),
    case(
        "expression",
        rows({"id": 1, "value": 1, "limit_value": 2}, {"id": 2, "value": 2, "limit_value": 1}),
        Quarantined([(2, "expression_is_true", None)], "limit_value, value not as required", [1]),
    ),
    case(
        "several",
        rows({"id": 1, "value": -1, "kind": "b"}, {"id": 2, "value": 1, "kind": "a"}),
        Quarantined([(1, "accepted_range", "value")], "; kind is not an accepted value", [1]),
    ),
    case(
        "fail",
        nulls(1, 5),
        Refused("1 rows break the rule not_null", "value is null", "fix the source"),
        private=("Ann",),
    ),
    case("off", nulls(1, 1), Accepted([None, "Ann"])),
    case(
        "type_fails",
        values(1, "Ann", columns=BIGINT),
        Refused("1 rows break the rule type", "value"),
        private=("Ann",),
    ),
    case("none_allowed", nulls(11, 200), Refused("11 of 211 rows break a rule", "0%")),
    case(
        "required_and_vanished",
        values("Ann"),
        Accepted(["Ann"]),
        rows({"id": 2}),
        Quarantined([(2, "not_null", "value")], "value is null", ["Ann"]),
    ),
    case("all_allowed", nulls(12, 0), Quarantined(set_aside(12), "value is null")),
    case("few", values(*["x"] * 10, columns=BIGINT), Quarantined(set_aside(10, "type"), "value")),
    case(
        "more_than_the_share",
        values(*["x"] * 11, *range(12, 100), columns=BIGINT),
        Refused("11 of 99 rows break a rule", "10%", "value", "max_rejected_share"),
        private=('"x"',),
    ),
    case(
        "less_than_the_share",
        values(*["x"] * 11, *range(12, 150), columns=BIGINT),
        Quarantined(set_aside(11, "type"), "value", list(range(12, 150))),
    ),
    case("share_of_two", values(1), Refused("max_rejected_share is 2", "Give a number from 0 to 1")),
    case("unknown_action", values(1), Refused("gate is 'warn'", "Give divert, fail or off")),
]

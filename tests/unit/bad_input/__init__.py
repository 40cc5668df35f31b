"""Cases of bad or odd input, one module for each kind; `tests/unit/test_bad_input.py` runs them all."""

from tests.unit.bad_input import keys, names, numbers, shapes, text, times
from tests.unit.bad_input.case import Case

KINDS: dict[str, list[Case]] = {
    "text": text.CASES,
    "numbers": numbers.CASES,
    "times": times.CASES,
    "names": names.CASES,
    "shapes": shapes.CASES,
    "keys": keys.CASES,
}

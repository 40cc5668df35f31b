"""Cases of bad or odd input, one module for each kind; `tests/unit/test_bad_input.py` runs them all."""

from tests.unit.bad_input import (
    api_links,
    api_pages,
    cursors,
    decimals,
    files,
    keys,
    names,
    numbers,
    own_code,
    postgres_changes,
    postgres_tables,
    postgres_types,
    rules,
    shapes,
    text,
    times,
)
from tests.unit.bad_input.case import Case

KINDS: dict[str, list[Case]] = {
    "text": text.CASES,
    "numbers": numbers.CASES,
    "decimals": decimals.CASES,
    "times": times.CASES,
    "cursors": cursors.CASES,
    "names": names.CASES,
    "shapes": shapes.CASES,
    "keys": keys.CASES,
    "rules": rules.CASES,
    "pages": api_pages.CASES,
    "links": api_links.CASES,
    "own_code": own_code.CASES,
    "files": files.CASES,
    "postgres_types": postgres_types.CASES,
    "postgres_changes": postgres_changes.CASES,
    "postgres_tables": postgres_tables.CASES,
}

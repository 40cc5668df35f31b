"""Which kinds of change a history has after its first run, so that a short one can be seen to have all."""

from datetime import date

from tests.unit.history.play import deliver
from tests.unit.history.runs import Run, runs
from tests.unit.history.shop import NEVER
from tests.unit.history.truth import Row, Truth, at, key_of


def find_kinds(seed: int, count: int) -> set[str]:
    """The kinds of a history's changes that incremental runs have to follow."""
    truth, found = Truth(), set()
    for number, run in enumerate(runs(seed, count)):
        if number and not run.is_full_refresh:
            found |= _kinds(truth, run)
        deliver(truth, run.brought, run.business_date, at(10_000_000 + number))
    return found


def _kinds(truth: Truth, run: Run) -> set[str]:
    business_date = max(truth.business_date, run.business_date)
    found = {f"deleted {table}" for table, _ in run.brought.deleted if table.startswith("shop_basket")}
    waiting = truth.latest("shop_baskets").values()
    if any(truth.business_date < row["rung_up_at"].date() <= business_date for row in waiting):
        found.add("a day comes due")
    for table, row in run.brought.rows:
        known = truth.latest(table).get(key_of(table, row))
        if known is None and (table, key_of(table, row)) in truth.closed:
            found.add("restored")
        if table == "marketing_campaigns" and row["end_date"] == NEVER:
            found.add("a campaign without an end")
        if known and table == "promotions_files" and row["week"] != known["week"]:
            found.add("a file is issued for another week")
        if known and table == "shop_baskets":
            found |= _kinds_of_basket(known, row, business_date)
    return found


def _kinds_of_basket(known: Row, row: Row, business_date: date) -> set[str]:
    days = {known["rung_up_at"].date(), row["rung_up_at"].date()}
    if row["updated_at"] < known["updated_at"]:
        return {"an older version of a voided basket"} if known["status"] > row["status"] else set()
    found = {f"another {name}" for name in ("status", "store_id", "household_id") if row[name] != known[name]}
    if len(days) > 1:
        found.add("another day" if max(days) <= business_date else "a day after the business date")
    return found

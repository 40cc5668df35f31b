"""What a shop's deliveries mean, followed one by one: the latest change of each record counts."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]
Key = tuple[Any, ...]

KEYS = {
    "shop_stores": ("store_id",),
    "shop_households": ("household_id",),
    "shop_products": ("product_id",),
    "shop_baskets": ("basket_id",),
    "shop_basket_lines": ("basket_id", "product_id"),
    "shop_control_totals": ("sold_date",),
    "marketing_campaigns": ("campaign_id",),
    "marketing_campaign_households": ("campaign_id", "household_id"),
    "marketing_coupons": ("coupon_id",),
    "marketing_coupon_redemptions": ("redemption_id",),
    "promotions_files": ("file_name",),
}


def key_of(table: str, row: Row) -> Key:
    """A row's key."""
    return tuple(row[column] for column in KEYS[table])


@dataclass
class SnapshotVersion:
    """A version in a snapshot: `ended` is None for the current one, and True if its record was deleted."""

    row: Row
    began: datetime
    ended: datetime | bool | None = None


@dataclass
class Truth:
    """All that was delivered so far.

    Attributes:
        versions: by table and key, the versions since the latest tombstone, as rows with `loaded_at`.
        closed: by table and key, when its latest tombstone was loaded.
        tombstones: by table, the rows of the tombstones, with `loaded_at`.
        placements: rows of promotion files, by file and modification time.
        runs: each ingest's business date and start.
        snapshots: by table and key, the versions that the builds saw.
    """

    versions: dict[str, dict[Key, list[Row]]] = field(default_factory=lambda: defaultdict(dict))
    closed: dict[tuple[str, Key], datetime] = field(default_factory=dict)
    tombstones: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    placements: dict[tuple[str, datetime], list[Row]] = field(default_factory=dict)
    runs: list[tuple[date, datetime]] = field(default_factory=list)
    snapshots: dict[str, dict[Key, list[SnapshotVersion]]] = field(default_factory=lambda: defaultdict(dict))
    basket_days: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    basket_loads: dict[int, datetime] = field(default_factory=dict)
    basket_deletions: dict[int, datetime] = field(default_factory=dict)

    def deliver(self, table: str, row: Row, loaded_at: datetime) -> None:
        """A version is loaded, in any order of its changes."""
        self.versions[table].setdefault(key_of(table, row), []).append(row | {"loaded_at": loaded_at})
        self._note(table, row, loaded_at)

    def delete(self, table: str, row: Row, loaded_at: datetime) -> None:
        """A tombstone is loaded: what was loaded before it does not count any more."""
        self.versions[table].pop(key_of(table, row), None)
        self.closed[table, key_of(table, row)] = loaded_at
        self.tombstones[table].append(row | {"loaded_at": loaded_at})
        self._note(table, row, loaded_at)
        if row.get("basket_id") in self.basket_days:
            self.basket_deletions[row["basket_id"]] = loaded_at

    def _note(self, table: str, row: Row, loaded_at: datetime) -> None:
        if table in ("shop_baskets", "shop_basket_lines"):
            self.basket_loads[row["basket_id"]] = loaded_at
        if table == "shop_baskets":
            self.basket_days[row["basket_id"]].add(row["rung_up_at"].date())

    def latest(self, table: str) -> dict[Key, Row]:
        """The version of each live record that counts: the latest change; of equal ones the latest load."""
        order = {"promotions_files": "modified_at", "shop_control_totals": "loaded_at"}.get(
            table, "updated_at"
        )
        return {
            key: max(versions, key=lambda row: (row[order], row["loaded_at"]))
            for key, versions in self.versions[table].items()
        }

    @property
    def business_date(self) -> date:
        """The latest business date of all ingests."""
        return max(day for day, _ in self.runs)

    def sold_dates(self) -> list[Row]:
        """When each day changed, lost a basket or line, and came due."""
        days: dict[date, Row] = {}
        for basket, found in self.basket_days.items():
            loaded_at = self.basket_loads[basket]
            left_at = loaded_at if len(found) > 1 else self.basket_deletions.get(basket)
            for day in found:
                row = days.setdefault(day, {"sold_date": day, "loaded_at": loaded_at, "left_at": None})
                row["loaded_at"] = max(row["loaded_at"], loaded_at)
                row["left_at"] = max((one for one in (row["left_at"], left_at) if one), default=None)
        for day, row in days.items():
            row["due_at"] = min((at for run, at in self.runs if run >= day), default=None)
        return list(days.values())

    def valid_from(self, table: str, row: Row) -> datetime:
        """When a version of a record began: with its change, unless the record came back later."""
        came_back = (table, key_of(table, row)) in self.closed
        began: datetime = max(row["updated_at"], row["loaded_at"]) if came_back else row["updated_at"]
        return began

    def take_snapshots(self) -> None:
        """A build looks at the records."""
        for table in ("shop_households", "shop_products"):
            found, latest = self.snapshots[table], self.latest(table)
            for key, row in latest.items():
                began = self.valid_from(table, row)
                known = found.setdefault(key, [])
                if known and known[-1].ended is None:
                    if began <= known[-1].began:
                        continue
                    known[-1].ended = began
                known.append(SnapshotVersion(row, began))
            for key, known in found.items():
                if key not in latest and known[-1].ended is None:
                    known[-1].ended = True


def at(minutes: int) -> datetime:
    """A time of the shop: minutes since 2017 began (UTC)."""
    return datetime.fromtimestamp(datetime(2017, 1, 1, tzinfo=UTC).timestamp() + 60 * minutes, UTC)

"""What happens in a shop, at random: each action is one thing."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.unit.deletions import MONEY
from tests.unit.history.shop import NEVER, Ingest, Shop
from tests.unit.history.truth import KEYS, key_of

Row = dict[str, Any]


def _money(random: Random) -> Row:
    return {name: random.randint(0, 999) for name in MONEY}


def sell(shop: Shop) -> None:
    """A basket is rung up; sometimes its lines arrive before it."""
    random = shop.random
    shop.baskets += 1
    basket = shop.baskets
    for product in random.sample(range(1, 6), random.randint(1, 3)):
        line = {"basket_id": basket, "product_id": product, "quantity": random.randint(0, 5)}
        shop.save("shop_basket_lines", line | _money(random), late=random.random() < 0.1)
    row = {
        "basket_id": basket,
        "household_id": random.randint(1, 4),
        "store_id": random.randint(1, 3),
        "rung_up_at": shop.any_time(),
        "status": random.choice(["completed", "completed", "voided"]),
    }
    shop.save("shop_baskets", row, late=random.random() < 0.15)


def change_basket(shop: Shop) -> None:
    """A basket is voided or not any more, or moved to another time, day, store or household."""
    if row := shop.pick("shop_baskets"):
        for _ in range(shop.random.randint(1, 2)):
            name, value = shop.random.choice(
                [
                    ("status", "voided" if row["status"] == "completed" else "completed"),
                    ("status", "voided"),
                    ("rung_up_at", shop.any_time()),
                    ("rung_up_at", shop.any_time()),
                    ("store_id", shop.random.randint(1, 3)),
                    ("household_id", shop.random.randint(1, 4)),
                ]
            )
            row[name] = value
        shop.save("shop_baskets", row)


def change_line(shop: Shop) -> None:
    """A line is corrected, or added to a basket."""
    if row := shop.pick("shop_basket_lines"):
        if shop.random.random() < 0.3:
            row["product_id"] = shop.random.randint(1, 6)
        shop.save("shop_basket_lines", row | _money(shop.random) | {"quantity": shop.random.randint(0, 5)})


def delete_line(shop: Shop) -> None:
    """A line is deleted."""
    if row := shop.pick("shop_basket_lines"):
        shop.delete("shop_basket_lines", row)


def delete_basket(shop: Shop) -> None:
    """A basket is deleted, mostly with its lines."""
    if row := shop.pick("shop_baskets"):
        shop.delete("shop_baskets", row)
        if shop.random.random() < 0.7:
            for line in list(shop.live["shop_basket_lines"].values()):
                if line["basket_id"] == row["basket_id"]:
                    shop.delete("shop_basket_lines", line)


def restore(shop: Shop) -> None:
    """A deleted record is there again, as it was."""
    if shop.gone:
        table, row = shop.gone.pop(shop.random.randrange(len(shop.gone)))
        if key_of(table, row) not in shop.live[table]:
            shop.live[table][key_of(table, row)] = row
            shop.next.rows.append((table, row))
            if table == "promotions_files":
                shop.next.placements.setdefault((row["file_name"], row["modified_at"]), [])


def deliver_an_older_version(shop: Shop) -> None:
    """A version arrives that a later one has replaced, mostly of a basket."""
    baskets = [one for one in shop.past if one[0] == "shop_baskets"]
    found = baskets if baskets and shop.random.random() < 0.7 else shop.past
    if found:
        shop.next.rows.append(shop.random.choice(found))


def repeat(shop: Shop) -> None:
    """A record arrives again, unchanged."""
    table = shop.random.choice(["shop_baskets", "shop_basket_lines", "marketing_campaigns"])
    if row := shop.pick(table):
        shop.next.rows.append((table, row))


def change_catalogue(shop: Shop) -> None:
    """A store, household or product is added or changed."""
    random = shop.random
    number = random.randint(1, 4)
    changes: list[tuple[str, Row]] = [
        ("shop_stores", {"store_id": random.randint(1, 3), "store_name": f"Store {number}"}),
        (
            "shop_households",
            {"household_id": number, "age_band": random.choice(["25-34", "35-44", None])},
        ),
        ("shop_products", {"product_id": number, "shelf_price_cents": 100 * random.randint(1, 3)}),
        ("shop_control_totals", {"sold_date": shop.today, "basket_count": number} | _money(random)),
    ]
    shop.save(*random.choice(changes))


def change_marketing(shop: Shop) -> None:
    """A campaign, its households, its coupons or a redemption is added or changed."""
    random = shop.random
    campaign, household = random.randint(1, 3), random.randint(1, 4)
    start = shop.any_day()
    changes: list[tuple[str, Row]] = [
        ("marketing_campaigns", {
            "campaign_id": campaign, "campaign_type": "Type A", "status": "running", "start_date": start,
            "end_date": NEVER if random.random() < 0.2 else start + timedelta(days=random.randint(0, 9)),
        }),
        ("marketing_campaign_households", {"campaign_id": campaign, "household_id": household}),
        ("marketing_coupons", {
            "coupon_id": str(random.randint(1, 4)), "coupon_upc": random.randint(1, 2), "product_id": 1,
            "campaign_id": campaign,
        }),
        ("marketing_coupon_redemptions", {
            "redemption_id": random.randint(1, 5), "household_id": household,
            "coupon_upc": random.randint(1, 2), "campaign_id": campaign, "redemption_date": shop.today,
        }),
    ]  # fmt: skip
    shop.save(*random.choice(changes))


def issue_promotions(shop: Shop) -> None:
    """A file of promotions is issued, or issued again, perhaps for another week."""
    random, modified_at = shop.random, shop.tick()
    week = (shop.today - date(2016, 12, 26)).days // 7 + 1 + random.randint(-1, 0)
    name = f"{random.randint(1, 3)}.parquet"
    placements = [
        {"product_id": product, "store_id": random.randint(1, 3), "week": week, "display_location": "1"}
        for product in random.sample(range(1, 6), random.randint(1, 4))
    ]
    stamp = {"mailer_location": "0", "_file_name": name, "_file_modified_at": modified_at}
    row = {"file_name": name, "week": week, "row_count": len(placements), "modified_at": modified_at}
    shop.next.placements[name, modified_at] = [one | stamp for one in placements]
    shop.save("promotions_files", row, late=random.random() < 0.1)


def delete_anything(shop: Shop) -> None:
    """A record of any other table is deleted."""
    tables = [table for table in KEYS if table not in ("shop_baskets", "shop_basket_lines")]
    table = shop.random.choice(tables)
    if row := shop.pick(table):
        shop.delete(table, row)


ACTIONS = {
    sell: 6,
    change_basket: 6,
    change_line: 3,
    delete_line: 1,
    delete_basket: 1,
    restore: 2,
    deliver_an_older_version: 3,
    repeat: 1,
    change_catalogue: 3,
    change_marketing: 4,
    issue_promotions: 2,
    delete_anything: 1,
}


def act(shop: Shop, count: int) -> tuple[list[str], Ingest]:
    """Let things happen, and ingest them; returns their names and what is ingested."""
    done = []
    for _ in range(count):
        (action,) = shop.random.choices(list(ACTIONS), list(ACTIONS.values()))
        action(shop)
        done.append(action.__name__)
    return done, deliver_next(shop)


def deliver_next(shop: Shop) -> Ingest:
    """What the next ingest brings: what happened since the last one, and some of what is late."""
    arrived = [row for row in shop.late if shop.random.random() < 0.5]
    shop.late = [row for row in shop.late if row not in arrived]
    ingest, shop.next = shop.next, Ingest()
    ingest.rows = [*arrived, *ingest.rows]
    shop.random.shuffle(ingest.rows)
    return ingest

"""Campaigns and coupons: response and sales."""

from larder.report import text
from larder.report.blocks import Block, Cell, Group, Table, columns, section
from larder.report.warehouse import Warehouse


def group(warehouse: Warehouse) -> Group:
    """Campaigns and their coupons."""
    return Group(
        "Marketing",
        [
            section("Campaigns", lambda: _campaigns(warehouse), _CAMPAIGNS),
            section("Coupons redeemed most", lambda: _coupons(warehouse)),
        ],
    )


_CAMPAIGNS = (
    "The latest ones. Sales to the targeted households during the campaign, compared with as many days "
    "before: a correlation, not a proof of effect. A running campaign is not comparable yet."
)


def _campaigns(warehouse: Warehouse) -> list[Block]:
    found = warehouse.some("business/campaigns", "No campaign has begun yet.")
    most = max(campaign["response_pct"] or 0 for campaign in found) or 1
    rows = [
        [
            Cell(f"Campaign {campaign['campaign_id']}", detail=str(campaign["campaign_type"] or "")),
            Cell(
                f"{campaign['start_date']:%d %b} – {campaign['end_date']:%d %b %Y}",
                detail=str(campaign["campaign_status"]),
            ),
            Cell(text.number(campaign["targeted_household_count"])),
            Cell(
                text.number(campaign["redemption_count"]),
                detail=f"by {text.count(campaign['redeeming_household_count'], 'household')}",
            ),
            Cell(
                text.pct(campaign["response_pct"]),
                share=100 * float(campaign["response_pct"] or 0) / float(most),
            ),
            Cell(text.usd(campaign["campaign_net_sales_usd"])),
            Cell(
                text.change(campaign["change_pct"])
                if campaign["campaign_status"] == "finished"
                else text.UNKNOWN
            ),
        ]
        for campaign in found
    ]
    heads = columns("Campaign", "Ran", "#Targeted", "#Redemptions", "#Response", "#Net sales", "#Vs before")
    return [Table("Campaigns", heads, rows)]


def _coupons(warehouse: Warehouse) -> list[Block]:
    found = warehouse.some("business/coupons", "No coupon was redeemed yet.")
    most = max(coupon["redemption_count"] for coupon in found)
    rows = [
        [
            Cell(str(coupon["coupon_upc"])),
            Cell(f"Campaign {coupon['campaign_id']}", detail=str(coupon["campaign_type"] or "")),
            Cell(text.number(coupon["product_count"])),
            Cell(text.number(coupon["redemption_count"]), share=100 * coupon["redemption_count"] / most),
            Cell(text.pct(coupon["redemption_pct"])),
        ]
        for coupon in found
    ]
    heads = columns("Coupon", "Of", "#For products", "#Redemptions", "#Of targeted households")
    return [Table("Most redeemed coupons", heads, rows)]

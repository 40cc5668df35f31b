"""The business page: what a grocer looks at in the morning."""

from larder.report.page import Page
from larder.report.pages.business import customers, marketing, merchandising, sales, stores
from larder.report.warehouse import Warehouse


def build_business_page(warehouse: Warehouse) -> Page:
    """The page `business.html`."""
    return Page(
        "business.html",
        "Business",
        f"Sales, customers, campaigns, stores and prices up to {warehouse.business_date}. "
        "Sales are net of discounts, in US dollars.",
        [
            sales.group(warehouse),
            stores.group(warehouse),
            customers.group(warehouse),
            marketing.group(warehouse),
            merchandising.group(warehouse),
        ],
    )

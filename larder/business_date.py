"""Which business date a run is for, where nobody says."""

import os
from datetime import UTC, date, datetime, timedelta

from demo import retailer
from larder import settings

SHOP = "SOURCES__SHOP__CREDENTIALS"


def current() -> date:
    """The running demo retailer's date, unless the environment names another shop; else yesterday (UTC)."""
    demo_shop = settings.demo_sources().get(SHOP)
    if demo_shop and os.environ.get(SHOP, demo_shop) == demo_shop:
        status = retailer.status(settings.home())
        if status is not None and status.running["shop"]:
            return status.business_date
    return datetime.now(UTC).date() - timedelta(days=1)

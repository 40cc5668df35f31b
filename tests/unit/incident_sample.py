"""An incident, and what receivers got of it."""

from datetime import date, timedelta

from larder.alerts.incident import Incident, Run
from larder.ops.lineage import AffectedNode
from tests.unit.receivers_stub import Webhook

DAY, ONE = date(2017, 12, 29), timedelta(days=1)
KEY = "pagerduty-secret-key"
INCIDENT = Incident(
    kind="run",
    subject="test.larder.unique_dim_products_product_id",
    run=Run(DAY, "daily 2017-12-29", "0a1b", links=(("Prefect", "http://127.0.0.1:4200/runs/0a1b"),)),
    summary="daily 2017-12-29: test unique_dim_products_product_id of dim_products failed (12 rows)",
    failed="test unique_dim_products_product_id of dim_products",
    error="Got 12 results, configured to fail if != 0 & more",
    retry="larder run --date 2017-12-29",
    owners=("Analytics <analytics@example.com>",),
    row_count=12,
    samples=({"unique_field": "4711", "n_records": "2", "note": "***"},),
    affected=(AffectedNode("price_history", "Category <cat@example.com>"), AffectedNode("store_summary", "")),
)


def texts(stub: Webhook) -> list[str]:
    """What Slack got."""
    return [posted["text"] for posted in stub.posted]

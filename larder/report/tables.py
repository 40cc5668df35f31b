"""The columns that the site reads. It reads no others, so it never shows who a household is."""

from dataclasses import dataclass

# Days of history for runs, tests and loads; the sales charts show a year and the month before it.
HISTORY_DAYS = 90
SALES_DAYS = 396
# The recent period: four whole weeks, so that all weekdays count the same.
LATELY_DAYS = 28


@dataclass(frozen=True)
class Reads:
    """The columns to read, and the days of `date_column` up to the business date (None: all rows)."""

    columns: tuple[str, ...]
    date_column: str | None = None
    days: int = HISTORY_DAYS


def _ops(*columns: str) -> Reads:
    return Reads((*columns, "business_date"), "business_date")


TABLES = {
    "ops.run_history": _ops(
        "flow_run_id", "run_name", "outcome", "failed_step", "error", "is_full_refresh", "passed_count",
        "warned_count", "failed_count", "skipped_count", "duration_seconds", "started_at", "finished_at",
    ),
    "ops.model_run_history": _ops(
        "invocation_id", "flow_run_id", "unique_id", "model_name", "schema_name", "materialization", "owner",
        "status", "message", "execution_seconds", "usual_seconds", "finished_at",
    ),
    "ops.test_run_history": _ops(
        "invocation_id", "flow_run_id", "unique_id", "test_name", "model_name", "column_name", "severity",
        "owner", "status", "message", "failure_count", "execution_seconds", "failing_since", "finished_at",
    ),
    "ops.load_history": _ops(
        "flow_run_id", "source", "table_name", "row_count", "size_bytes", "duration_seconds", "finished_at",
    ),
    "ops.freshness_history": _ops(
        "flow_run_id", "unique_id", "source_name", "table_name", "owner", "status", "age_hours",
        "warn_after_hours", "error_after_hours", "max_loaded_at", "checked_at",
    ),
    "ops.service_level_history": _ops(
        "unique_id", "name", "resource_type", "owner", "due_at", "ready_at", "is_kept", "minutes_late",
    ),
    "ops.table_history": _ops(
        "schema_name", "table_name", "row_count", "row_count_change", "size_bytes", "measured_at",
    ),
    "ops.null_rate_history": _ops(
        "schema_name", "table_name", "column_name", "null_count", "null_pct", "measured_at",
    ),
    # A record or an incident may be open for longer than any history.
    "ops.quarantine_history": Reads(
        ("source", "table_name", "rule", "column_name", "owner", "business_date", "record_count",
         "open_count", "resolved_count", "replayed_count", "discarded_count", "open_since", "last_seen_at"),
    ),
    "ops.incident_history": Reads(
        ("incident_id", "kind", "subject", "summary", "owner", "business_date", "is_open", "opened_at"),
    ),
    "gold.store_sales_daily": Reads(
        ("store_id", "sold_date", "basket_count", "voided_basket_count", "gross_sales_usd", "discount_usd",
         "net_sales_usd"),
        "sold_date", SALES_DAYS,
    ),
    "gold.store_summary": Reads(
        ("store_name", "average_basket_usd", "net_sales_28_days_usd", "net_sales_previous_28_days_usd",
         "growth_pct"),
    ),
    "gold.product_sales_daily": Reads(
        ("product_id", "quantity", "discount_usd", "net_sales_usd", "sold_date"), "sold_date", LATELY_DAYS
    ),
    "gold.dim_products": Reads(
        ("product_id", "department", "product_category", "product_type", "brand", "package_size"),
    ),
    "gold.household_sales_monthly": Reads(
        ("month_date", "basket_count", "net_sales_usd"), "month_date", SALES_DAYS
    ),
    "gold.customer_rfm": Reads(
        ("segment", "days_since_last_order", "order_count", "lifetime_value_usd"),
    ),
    "gold.customer_retention_monthly": Reads(
        ("cohort_month_date", "months_since_first", "cohort_household_count", "retention_pct"),
        "cohort_month_date", SALES_DAYS,
    ),
    "gold.campaign_performance": Reads(
        ("campaign_id", "campaign_type", "campaign_status", "start_date", "end_date",
         "targeted_household_count", "redeeming_household_count", "redemption_count", "response_pct",
         "campaign_net_sales_usd", "previous_net_sales_usd"),
    ),
    "gold.coupon_performance": Reads(
        ("campaign_id", "coupon_upc", "campaign_type", "product_count", "redeeming_household_count",
         "redemption_count", "redemption_pct"),
    ),
    "gold.price_history": Reads(
        ("product_id", "shelf_price_usd", "previous_price_usd", "change_pct", "valid_from_at"),
    ),
    "gold.promotion_lift": Reads(
        ("promotion_week", "product_id", "promoted_store_count", "unpromoted_store_count",
         "promoted_quantity", "unpromoted_quantity"),
    ),
}  # fmt: skip

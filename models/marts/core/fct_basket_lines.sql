{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='basket_line_id',
        partition_by=['sold_date'],
        pre_hook="{{ delete_deleted(
            ref('int_sold_dates__limited_to_deletions'),
            {
                'basket_id': ref('stg_shop__basket_deletions'),
                'basket_id, product_id': ref('stg_shop__basket_line_deletions')
            }
        ) }}"
    )
}}

-- A failed test only skips nodes that depend on everything it reads. With this dependency, facts wait until each line
-- has its basket.
-- depends_on: {{ ref('stg_quarantine__baskets') }}

-- A void changes a basket but none of its lines; a correction changes a line but not its basket.
{% set baskets, lines = ref('stg_shop__baskets'), ref('stg_shop__basket_lines') %}
{% set deletions = ref('stg_shop__basket_deletions') %}
{% if is_incremental() %}
    {% set since = high_water('loaded_at') %}
    {% set is_changed %}
        (loaded_at > {{ since }} or basket_id in (select basket_id from {{ lines }} where loaded_at > {{ since }}))
    {% endset %}
    {% set changed_dates = value_list("select distinct cast(sold_date as string) from " ~ baskets ~ " where " ~ is_changed, 'date') %}
{% endif %}

with baskets as (
    select * from {{ baskets }}
    {% if is_incremental() %}
        where sold_date in {{ changed_dates }} and {{ is_changed }}
    {% endif %}
),

line_versions as (
    select
        basket_id,
        product_id,
        quantity,
        sales_value_usd,
        retail_discount_usd,
        coupon_discount_usd,
        coupon_match_discount_usd,
        updated_at,
        loaded_at
    from {{ lines }}
    {% if is_incremental() %}
        -- A basket that came back may have lines that did not change.
        where loaded_at > {{ since }} or basket_id in {{ restored_ids(baskets, deletions, 'basket_id') }}
        union all
        select
            known.basket_id,
            known.product_id,
            known.quantity,
            known.net_sales_usd as sales_value_usd,
            known.retail_discount_usd,
            known.coupon_discount_usd,
            known.coupon_match_discount_usd,
            known.updated_at,
            known.loaded_at
        from {{ this }} as known
        left semi join baskets on known.basket_id = baskets.basket_id
        where known.sold_date in {{ changed_dates }}
    {% endif %}
),

latest as (
    select *
    from {{ latest_version(
        'line_versions', key=['basket_id', 'product_id'], order_by=['updated_at', 'loaded_at'], is_deleted=none
    ) }}
)

select
    {{ dbt_utils.generate_surrogate_key(['latest.basket_id', 'latest.product_id']) }} as basket_line_id,
    latest.basket_id,
    latest.product_id,
    baskets.household_id,
    baskets.store_id,
    baskets.sold_date,
    latest.quantity,
    cast(
        latest.sales_value_usd + latest.retail_discount_usd + latest.coupon_match_discount_usd
        as decimal(8, 2)
    ) as gross_sales_usd,
    latest.retail_discount_usd,
    latest.coupon_match_discount_usd,
    latest.sales_value_usd as net_sales_usd,
    latest.coupon_discount_usd,
    baskets.status = 'voided' as is_voided,
    baskets.rung_up_at as sold_at,
    latest.updated_at,
    greatest(latest.loaded_at, baskets.loaded_at) as loaded_at
from latest
inner join baskets on latest.basket_id = baskets.basket_id

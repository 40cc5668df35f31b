{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='basket_line_id',
        partition_by=['sold_date']
    )
}}

with baskets as (
    select * from {{ ref('stg_shop__baskets') }}
),

lines as (
    select * from {{ ref('stg_shop__basket_lines') }}
    {% if is_incremental() %}
        where loaded_at > {{ high_water('loaded_at') }}
    {% endif %}
),

-- A void changes a basket but none of its lines, a correction a line but not its basket.
changed_baskets as (
    select * from baskets
    {% if is_incremental() %}
        where
            loaded_at > {{ high_water('loaded_at') }}
            or basket_id in (select lines.basket_id from lines)
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
    from lines
    {% if is_incremental() %}
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
        inner join changed_baskets
            on
                known.sold_date = changed_baskets.sold_date
                and known.basket_id = changed_baskets.basket_id
    {% endif %}
),

numbered as (
    select
        *,
        row_number() over (
            partition by basket_id, product_id
            order by updated_at desc, loaded_at desc
        ) as version_number
    from line_versions
)

select
    {{ dbt_utils.generate_surrogate_key(['numbered.basket_id', 'numbered.product_id']) }} as basket_line_id,
    numbered.basket_id,
    numbered.product_id,
    baskets.household_id,
    baskets.store_id,
    baskets.sold_date,
    numbered.quantity,
    cast(
        numbered.sales_value_usd + numbered.retail_discount_usd + numbered.coupon_match_discount_usd
        as decimal(8, 2)
    ) as gross_sales_usd,
    numbered.retail_discount_usd,
    numbered.coupon_match_discount_usd,
    numbered.sales_value_usd as net_sales_usd,
    numbered.coupon_discount_usd,
    baskets.status = 'voided' as is_voided,
    baskets.rung_up_at as sold_at,
    numbered.updated_at,
    greatest(numbered.loaded_at, baskets.loaded_at) as loaded_at
from numbered
inner join changed_baskets as baskets on numbered.basket_id = baskets.basket_id
where numbered.version_number = 1

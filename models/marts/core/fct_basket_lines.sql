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
        -- What is known of the same baskets already: a void changes a basket but none of its lines.
        select
            basket_id,
            product_id,
            quantity,
            net_sales_usd as sales_value_usd,
            retail_discount_usd,
            coupon_discount_usd,
            coupon_match_discount_usd,
            updated_at,
            loaded_at
        from {{ this }}
        where (sold_date, basket_id) in (
            select
                baskets.sold_date,
                baskets.basket_id
            from baskets
            left semi join lines on baskets.basket_id = lines.basket_id
            union all
            select
                sold_date,
                basket_id
            from baskets
            where loaded_at > {{ high_water('loaded_at') }}
        )
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
        as decimal(12, 2)
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
inner join baskets on numbered.basket_id = baskets.basket_id
where numbered.version_number = 1

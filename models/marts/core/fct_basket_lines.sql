{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='basket_line_id',
        partition_by=['sold_date'],
        pre_hook="{% call delete_left() %}
            basket_id not in (
                select basket_id from {{ ref('stg_shop__baskets') }}
                where sold_date in {{ changed_dates(ref('stg_shop__baskets')) }}
            )
            or (basket_id, product_id) in (
                select basket_id, product_id from {{ ref('stg_shop__basket_line_deletions') }}
                where loaded_at > {{ high_water('loaded_at') }}
            )
        {% endcall %}"
    )
}}

-- A failed test only skips nodes that depend on everything it reads. With this dependency, facts wait until each line
-- has its basket.
-- depends_on: {{ ref('stg_quarantine__baskets') }}
-- depends_on: {{ ref('stg_shop__basket_line_deletions') }}

-- A void changes a basket but none of its lines; a correction changes a line but not its basket. Days that are not due
-- yet are left out.
{% set baskets, lines, dates = ref('stg_shop__baskets'), ref('stg_shop__basket_lines'), ref('stg_shop__sold_dates') %}
{% if is_incremental() %}
    {% set since = high_water('loaded_at') %}
    {% set changed_dates = changed_dates(baskets) %}
    {% set is_changed %}
        sold_date in {{ changed_dates }}
        and (
            loaded_at > {{ since }}
            or basket_id in (select basket_id from {{ lines }} where loaded_at > {{ since }})
            or sold_date in (select sold_date from {{ dates }} where due_at > {{ since }})
        )
    {% endset %}
    -- Lines of a basket that is not in here may have been loaded earlier: it was restored, came due or came late.
    {% set entering %}
        select baskets.basket_id as id from {{ baskets }} as baskets
        left anti join {{ this }} as known
            on baskets.basket_id = known.basket_id and known.sold_date in {{ changed_dates }}
        where {{ is_changed }}
    {% endset %}
    -- merges into: sold_date in {{ changed_dates }}
{% endif %}

with baskets as (
    select baskets.* from {{ baskets }} as baskets
    {% if is_incremental() %}
        where {{ is_changed }}
    {% else %}
        left semi join {{ dates }} as dates on baskets.sold_date = dates.sold_date and dates.due_at is not null
    {% endif %}
),

{% if is_incremental() %}
    known as (
        select known.* from {{ this }} as known
        left semi join baskets on known.basket_id = baskets.basket_id
        where known.sold_date in {{ changed_dates }}
    ),
{% endif %}

line_versions as (
    select * from {{ lines }}
    {% if is_incremental() %}
        where loaded_at > {{ since }}
        union all
        select lines.* from {{ lines }} as lines
        left semi join ({{ entering }}) as entering on lines.basket_id = entering.id
        where lines.loaded_at <= {{ since }} and {{ id_range('lines.basket_id', entering) }}
        union all
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
        from known
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
    {{ to_usd(
        'latest.sales_value_usd + latest.retail_discount_usd + latest.coupon_match_discount_usd',
        'gross_sales_usd', precision=8, key=['latest.basket_id', 'latest.product_id']
    ) }} as gross_sales_usd,
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

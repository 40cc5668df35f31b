{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite'
    )
}}

-- Merges and marts ask this small table which days to compute. All versions of a basket are read, since the day that it
-- was moved from has no row of it any more.
{% set since = high_water('loaded_at') if is_incremental() %}

with versions as (
    select
        basket_id,
        cast(rung_up_at as date) as sold_date,
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('shop', 'baskets') }}
    where rung_up_at is not null
),

lines as (
    select
        basket_id,
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('shop', 'basket_lines') }}
    {% if is_incremental() %}
        where _loaded_at > {{ since }}
    {% endif %}
),

loaded as (
    select
        basket_id,
        is_deleted,
        loaded_at
    from versions
    {% if is_incremental() %}
        where loaded_at > {{ since }}
    {% endif %}
    union all
    select * from lines
),

changes as (
    select
        basket_id,
        max(loaded_at) as loaded_at,
        max(loaded_at) filter (where is_deleted) as deleted_at
    from loaded
    group by basket_id
),

baskets as (
    select
        versions.basket_id,
        collect_set(versions.sold_date) as sold_dates,
        min(versions.loaded_at) as first_loaded_at
    from versions
    left semi join changes on versions.basket_id = changes.basket_id
    group by versions.basket_id
),

days as (
    select
        explode(baskets.sold_dates) as sold_date,
        changes.loaded_at,
        case
            when size(baskets.sold_dates) > 1 then changes.loaded_at
            -- A line may be deleted before its basket was ever loaded.
            when changes.deleted_at >= baskets.first_loaded_at then changes.deleted_at
        end as left_at,
        cast(null as timestamp) as due_at
    from baskets
    inner join changes on baskets.basket_id = changes.basket_id
    {% if is_incremental() %}
        union all
        select
            sold_date,
            loaded_at,
            left_at,
            due_at
        from {{ this }}
    {% endif %}
),

sold_dates as (
    select
        sold_date,
        max(loaded_at) as loaded_at,
        max(left_at) as left_at,
        max(due_at) as due_at
    from days
    group by sold_date
),

business_dates as (
    select
        business_date,
        min(started_at) as started_at
    from {{ source('bronze', 'load_log') }}
    group by business_date
)

select
    sold_dates.sold_date,
    sold_dates.loaded_at,
    sold_dates.left_at,
    coalesce(sold_dates.due_at, min(business_dates.started_at)) as due_at
from sold_dates
left join business_dates
    on
        sold_dates.due_at is null
        and sold_dates.sold_date <= business_dates.business_date
group by
    sold_dates.sold_date,
    sold_dates.loaded_at,
    sold_dates.left_at,
    sold_dates.due_at

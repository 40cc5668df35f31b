{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='basket_id',
        partition_by=['sold_date']
    )
}}

with versions as (
    select
        basket_id,
        household_id,
        store_id,
        cast(rung_up_at as date) as sold_date,
        status,
        rung_up_at,
        updated_at,
        _loaded_at as loaded_at
    from {{ source('shop', 'baskets') }}
    {% if is_incremental() %}
        where _loaded_at > {{ high_water('loaded_at') }}
    {% endif %}
),

numbered as (
    select
        *,
        row_number() over (partition by basket_id order by updated_at desc, loaded_at desc) as version_number
    from versions
)

select
    basket_id,
    household_id,
    store_id,
    sold_date,
    status,
    rung_up_at,
    updated_at,
    loaded_at
from numbered
where version_number = 1

{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='basket_id',
        partition_by=['sold_date'],
        pre_hook="{{ delete_deleted(ref('stg_shop__basket_deletions'), {'basket_id': ref('stg_shop__basket_deletions')}) }}"
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
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('shop', 'baskets') }}
    {% if is_incremental() %}
        where _loaded_at > {{ high_water('loaded_at') }}
    {% endif %}
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
from {{ latest_version('versions', key=['basket_id'], order_by=['updated_at', 'loaded_at']) }} as latest

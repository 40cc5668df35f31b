{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='basket_id',
        partition_by=['sold_date'],
        pre_hook="{% call delete_left() %}
            basket_id in (
                select basket_id from {{ ref('stg_shop__basket_deletions') }} where loaded_at > {{ high_water('loaded_at') }}
            )
        {% endcall %}"
    )
}}

-- A new version is compared with the known one, whatever the order in which they arrive. The days of both are listed,
-- so that only their files are read: a basket may have been moved from one to the other.
-- depends_on: {{ ref('stg_shop__sold_dates') }}, {{ ref('stg_shop__basket_deletions') }}
{% if is_incremental() %}
    {% set since = high_water('loaded_at') %}
    {% set days_of_new_versions %}
        select cast(sold_date as string) from {{ ref('stg_shop__sold_dates') }}
        where loaded_at > {{ since }}
    {% endset %}
    {% set changed_dates = value_list(days_of_new_versions, 'date') %}
    -- merges into: sold_date in {{ changed_dates }}
{% endif %}

with new_versions as (
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
        where _loaded_at > {{ since }}
    {% endif %}
),

versions as (
    select * from new_versions
    {% if is_incremental() %}
        union all
        select
            known.basket_id,
            known.household_id,
            known.store_id,
            known.sold_date,
            known.status,
            known.rung_up_at,
            known.updated_at,
            false as is_deleted,
            known.loaded_at
        from {{ this }} as known
        left semi join new_versions on known.basket_id = new_versions.basket_id
        where known.sold_date in {{ changed_dates }}
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

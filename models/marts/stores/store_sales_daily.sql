{{
    config(
        materialized='incremental',
        incremental_strategy='microbatch',
        event_time='sold_date',
        begin='2017-01-01',
        batch_size=env_var('LARDER_BATCH_SIZE', 'year'),
        lookback=3,
        partition_by=['sold_date']
    )
}}

-- depends_on: {{ ref('stg_shop__sold_dates') }}
{% set baskets = ref('fct_baskets').render() %}
{% set first_day, end_day = invocation_args_dict.get('event_time_start'), invocation_args_dict.get('event_time_end') %}
{% set batch = model.get('batch') %}
{% set is_windowed, computed = batch and first_day, [] %}

{% if is_windowed %}
    {% do computed.append(is_within(batch.event_time_start, batch.event_time_end)) %}
{% endif %}
-- Corrections and deletions also change days outside the window, and a full refresh has all days. The first batch
-- computes these days: it runs before the others, which move the high-water mark, and if it fails, they do not run.
{% if not is_windowed or (batch.event_time_start | string)[:10] <= (first_day | string)[:10] %}
    {% set outside = "not " ~ is_within(first_day, end_day) if is_windowed else "true" %}
    {% if is_incremental() %}
        {% do computed.append("sold_date in " ~ changed_dates(baskets) ~ " and " ~ outside) %}
    {% elif is_windowed %}
        {% do computed.append(outside) %}
    {% endif %}
{% endif %}
{% if computed %}
    -- replaces: {{ computed | join(' or ') }}
{% endif %}

with baskets as (
    select * from {{ baskets }}
    {% if computed %}
        where {{ computed | join(' or ') }}
    {% endif %}
)

{% set sales, key = 'filter (where not is_voided)', ['store_id', 'sold_date'] %}
select
    store_id,
    sold_date,
    count(distinct household_id) filter (where not is_voided) as household_count,
    count_if(not is_voided) as basket_count,
    count_if(is_voided) as voided_basket_count,
    coalesce(sum(line_count) filter (where not is_voided), 0) as line_count,
    coalesce(sum(quantity) filter (where not is_voided), 0) as quantity,
    {{ to_usd('coalesce(sum(gross_sales_usd) ' ~ sales ~ ', 0)', 'gross_sales_usd', key=key) }} as gross_sales_usd,
    {{ to_usd(
        'coalesce(sum(retail_discount_usd) ' ~ sales ~ ' + sum(coupon_match_discount_usd) ' ~ sales ~ ', 0)',
        'discount_usd', key=key
    ) }} as discount_usd,
    {{ to_usd('coalesce(sum(net_sales_usd) ' ~ sales ~ ', 0)', 'net_sales_usd', key=key) }} as net_sales_usd,
    max(loaded_at) as loaded_at
from baskets
group by
    store_id,
    sold_date

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

{% set is_windowed = model.batch and invocation_args_dict.get('event_time_start') %}

with baskets as (
    {% if is_windowed %}
        select * from {{ ref('fct_baskets') }}
    {% else %}
        select * from {{ ref('fct_baskets').render() }}
        {% if is_incremental() %}
            where sold_date in {{ changed_dates(ref('fct_baskets').render()) }}
        {% endif %}
    {% endif %}
)

select
    store_id,
    sold_date,
    count(distinct household_id) filter (where not is_voided) as household_count,
    count_if(not is_voided) as basket_count,
    count_if(is_voided) as voided_basket_count,
    coalesce(sum(line_count) filter (where not is_voided), 0) as line_count,
    coalesce(sum(quantity) filter (where not is_voided), 0) as quantity,
    cast(coalesce(sum(gross_sales_usd) filter (where not is_voided), 0) as decimal(14, 2)) as gross_sales_usd,
    cast(
        coalesce(
            sum(retail_discount_usd) filter (where not is_voided)
            + sum(coupon_match_discount_usd) filter (where not is_voided), 0
        ) as decimal(14, 2)
    ) as discount_usd,
    cast(coalesce(sum(net_sales_usd) filter (where not is_voided), 0) as decimal(14, 2)) as net_sales_usd,
    max(loaded_at) as loaded_at
from baskets
group by
    store_id,
    sold_date

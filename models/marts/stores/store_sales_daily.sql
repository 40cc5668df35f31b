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
    count(distinct case when not is_voided then household_id end) as household_count,
    count(case when not is_voided then 1 end) as basket_count,
    count(case when is_voided then 1 end) as voided_basket_count,
    sum(case when is_voided then 0 else line_count end) as line_count,
    sum(case when is_voided then 0 else quantity end) as quantity,
    cast(sum(case when is_voided then 0 else gross_sales_usd end) as decimal(14, 2)) as gross_sales_usd,
    cast(
        sum(case when is_voided then 0 else retail_discount_usd + coupon_match_discount_usd end) as decimal(14, 2)
    ) as discount_usd,
    cast(sum(case when is_voided then 0 else net_sales_usd end) as decimal(14, 2)) as net_sales_usd,
    max(loaded_at) as loaded_at
from baskets
group by
    store_id,
    sold_date

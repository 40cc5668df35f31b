{{ config(materialized='incremental', incremental_strategy='merge', unique_key='line_id', partition_by=['sold_date']) }}

-- The variable `lines` has rows for the run: id, day, product, status, quantity, price.
select
    line_id,
    sold_date,
    product_id,
    status,
    quantity,
    cast(price_usd as decimal(8, 2)) as price_usd,
    timestamp '2017-01-01 10:00:00.123456' as sold_at,
    cast(null as string) as note,
    timestamp '2017-01-05 05:00:00' + make_interval(0, 0, 0, {{ var('run') }}) as loaded_at
from values {{ var('lines') }} as rows (line_id, sold_date, product_id, status, quantity, price_usd)

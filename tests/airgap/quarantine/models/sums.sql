{{ config(materialized='table') }}

select
    sold_date,
    count(*) as line_count,
    max(loaded_at) as loaded_at
from {{ ref('lines') }}
group by sold_date

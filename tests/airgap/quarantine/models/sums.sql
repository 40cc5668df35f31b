{{ config(materialized='table') }}

-- dbt lets a model wait for a test only if it depends on everything that the test reads.
-- depends_on: {{ ref('products') }}

select
    sold_date,
    count(*) as line_count,
    max(loaded_at) as loaded_at
from {{ ref('lines') }}
group by sold_date

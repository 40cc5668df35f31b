-- Macros query it while they compile other models, so it has to exist by itself.
{{ config(materialized='view') }}

with basket_deletions as (
    select * from {{ ref('stg_shop__basket_deletions') }}
),

line_deletions as (
    select * from {{ ref('stg_shop__basket_line_deletions') }}
),

baskets as (
    select * from {{ ref('stg_shop__baskets') }}
),

deletions as (
    select
        sold_date,
        loaded_at
    from basket_deletions
    union all
    -- The lines of a deleted basket leave with it.
    select
        baskets.sold_date,
        line_deletions.loaded_at
    from line_deletions
    inner join baskets on line_deletions.basket_id = baskets.basket_id
)

select
    sold_date,
    max(loaded_at) as loaded_at
from deletions
group by sold_date

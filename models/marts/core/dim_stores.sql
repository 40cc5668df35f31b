with stores as (
    select * from {{ ref('stg_shop__stores') }}
)

select
    store_id,
    store_name,
    updated_at
from stores

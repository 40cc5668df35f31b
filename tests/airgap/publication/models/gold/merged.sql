{{ config(materialized='incremental', incremental_strategy='merge', unique_key='number') }}
select
    number,
    {{ var('run') }} as run
from {{ ref('stg_numbers') }}
{% if is_incremental() %}
    where number > (select max(number) from {{ this }})
{% endif %}

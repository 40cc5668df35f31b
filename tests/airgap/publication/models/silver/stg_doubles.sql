select number * 2 as doubled from {{ ref('stg_numbers') }}

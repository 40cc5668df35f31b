select number, changed_at from {{ source('shop', 'numbers') }}

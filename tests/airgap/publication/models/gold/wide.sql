select {{ var('columns', "number, 1 as small, 'x' as lost") }} from {{ ref('stg_numbers') }}

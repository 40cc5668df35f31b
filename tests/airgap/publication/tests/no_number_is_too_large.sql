select * from {{ ref('merged') }} where number > {{ var('at_most', 100) }}

select * from {{ ref('lines') }} where sale_id < 4

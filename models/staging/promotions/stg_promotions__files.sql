with versions as (
    select
        file_name,
        week as promotion_week,
        row_count,
        size_bytes,
        modified_at,
        _loaded_at as loaded_at
    from {{ source('promotions', 'files') }}
),

numbered as (
    select
        *,
        row_number() over (partition by file_name order by modified_at desc, loaded_at desc) as version_number
    from versions
)

select
    file_name,
    promotion_week,
    row_count,
    size_bytes,
    modified_at,
    loaded_at
from numbered
where version_number = 1

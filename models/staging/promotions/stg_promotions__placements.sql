with placements as (
    select * from {{ source('promotions', 'placements') }}
),

-- The one join in staging: which version of a file counts is written in the list of files, and finding it
-- in the placements themselves would read a year of them to look at a week.
latest_files as (
    select
        file_name,
        modified_at,
        loaded_at
    from {{ ref('stg_promotions__files') }}
)

select
    placements.product_id,
    placements.store_id,
    placements.week as promotion_week,
    placements.display_location,
    placements.mailer_location,
    placements.display_location != '0' as is_displayed,
    placements.mailer_location != '0' as is_mailed,
    -- The list is loaded after the placements: a mark of their own load would call each file in it new.
    latest_files.loaded_at
from placements
inner join latest_files
    on
        placements._file_name = latest_files.file_name
        and placements._file_modified_at = latest_files.modified_at

-- A failed test only skips nodes that depend on everything it reads. With these dependencies, marts wait until files
-- are loaded whole.
-- depends_on: {{ source('bronze', 'load_log') }}
-- depends_on: {{ source('quarantine', 'records') }}
with placements as (
    select * from {{ source('promotions', 'placements') }}
),

-- The only join in staging: the list of files has the latest version of each file. To find it in the placements would
-- mean to read all of them even for a single week.
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
    -- The list is loaded after the placements, so their own load time as a high-water mark would make every file new.
    latest_files.loaded_at
from placements
inner join latest_files
    on
        placements._file_name = latest_files.file_name
        and placements._file_modified_at = latest_files.modified_at

with spine as (
    {{ dbt_utils.date_spine(
        datepart="day",
        start_date="cast('2017-02-27' as date)",
        end_date="cast('2017-03-02' as date)"
    ) }}
),

summary as (
    select
        concat_ws(',', sort_array(collect_list(date_format(date_day, 'yyyy-MM-dd HH:mm')))) as days,
        max(typeof(date_day)) as type
    from spine
)

select *
from summary
where days <> '2017-02-27 00:00,2017-02-28 00:00,2017-03-01 00:00' or type <> 'timestamp'

with spine as (
    {{ dbt_utils.date_spine("month", "date '2016-11-01'", "date '2017-02-01'") }}
),

summary as (
    select concat_ws(',', sort_array(collect_list(date_format(date_month, 'yyyy-MM-dd')))) as months
    from spine
)

select *
from summary
where months <> '2016-11-01,2016-12-01,2017-01-01'

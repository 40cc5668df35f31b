with quotients as (
    select
        {{ dbt_utils.safe_divide('1 + 2', '4 - 2') }} as half,
        {{ dbt_utils.safe_divide('1', '2 - 2') }} as by_zero,
        {{ dbt_utils.safe_divide('1', 'null') }} as by_null
)

select *
from quotients
where half is null or half <> 1.5 or by_zero is not null or by_null is not null

select *
from (
    select
        {{ elementary.edr_datediff(elementary.edr_cast_as_timestamp("'2017-01-01 23:00:00'"), elementary.edr_cast_as_timestamp("'2017-01-04 23:00:00'"), 'day') }} as days,
        {{ elementary.edr_cast_as_string('7') }} as text,
        {{ elementary.edr_cast_as_numeric("'7.5'") }} as number,
        {{ elementary.edr_quote('it') }} as quoted,
        {{ elementary.edr_current_timestamp() }} as now
)
where days <> 3 or text <> '7' or number <> 7.5 or quoted <> 'it' or now is null

{#- The last day, if its value deviates from the mean of the days before by more than that many standard deviations. -#}
{% macro last_day_anomalies(daily, sensitivity, direction, training_period, min_training_set_size) -%}
    with daily as (
        {{ daily }}
    ),

    last_days as (
        select
            measured,
            row_number() over (order by day desc) as recency
        from daily
        order by day desc
        limit {{ (training_period or {'count': 14})['count'] + 1 }}
    ),

    compared as (
        select
            max(measured) filter (where recency = 1) as measured,
            count(measured) filter (where recency > 1) as trained_on,
            avg(measured) filter (where recency > 1) as expected,
            {{ sensitivity }} * greatest(stddev_pop(measured) filter (where recency > 1), 1) as tolerance
        from last_days
    )

    select *
    from compared
    where
        trained_on >= {{ min_training_set_size }}
        and (
            {{ 'false' if direction == 'drop' else 'measured > expected + tolerance' }}
            or {{ 'false' if direction == 'spike' else 'measured < expected - tolerance' }}
        )
{%- endmacro %}

{#- Each version of a record begins when the one before it ends, unless it had been deleted in between: a version that came
    back begins when it was loaded, not when it changed. -#}
{% test versions_follow_each_other(model, key) %}
    with versions as (
        select
            {{ key }},
            updated_at,
            dbt_valid_from,
            dbt_valid_to,
            lag(dbt_valid_from) over (partition by {{ key }} order by dbt_valid_from) as previous_valid_from,
            lag(dbt_valid_to) over (partition by {{ key }} order by dbt_valid_from) as previous_valid_to
        from {{ model }}
    )

    select *
    from versions
    where
        dbt_valid_from is null
        or dbt_valid_from >= dbt_valid_to
        or (previous_valid_from is not null and coalesce(previous_valid_to > dbt_valid_from, true))
        or (previous_valid_to < dbt_valid_from and dbt_valid_from = updated_at)
{% endtest %}

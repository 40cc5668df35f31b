{% macro date_spine(datepart, start_date, end_date) %}
    {#- On Spark the package itself only works for steps of a day or a month. -#}
    {%- if datepart not in ['day', 'month'] %}
        {{ exceptions.raise_compiler_error("date_spine steps by day or month on Spark, not by " ~ datepart ~ ".") }}
    {%- endif %}
    select date_{{ datepart }}
    from (
        select explode(
            sequence(
                cast({{ start_date }} as timestamp),
                cast({{ end_date }} as timestamp),
                interval 1 {{ datepart }}
            )
        ) as date_{{ datepart }}
    )
    where date_{{ datepart }} < {{ end_date }}
{% endmacro %}

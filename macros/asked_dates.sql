{#- The environment is only read while a model runs: dbt would parse all models again when what it reads earlier changes. -#}
{% macro asked_dates() -%}
    {%- set first, end = invocation_args_dict.get('event_time_start'), invocation_args_dict.get('event_time_end') -%}
    {%- if execute and first and end and env_var('LARDER_BACKFILL', '') -%}
        union
        select cast(asked_date as string) as sold_date
        from (select explode(sequence(
            date '{{ (first | string)[:10] }}', date_sub(date '{{ (end | string)[:10] }}', 1)
        )) as asked_date) as asked
    {%- endif -%}
{%- endmacro %}

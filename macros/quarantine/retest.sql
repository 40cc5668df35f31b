{#- dbt takes the outcome from the last statement named `main`. Rows that were set aside are a warning, with their number as
    the failures, unless others still fail. -#}
{% macro retest(diverted_count) -%}
    {%- set query = get_test_sql(sql, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), none) -%}
    {%- call statement('main', fetch_result=True) -%}
        select
            if(should_warn or should_error, failures, {{ diverted_count }}) as failures,
            should_warn or {{ diverted_count }} > 0 as should_warn,
            should_error
        from ({{ query }}) as retested
    {%- endcall -%}
{%- endmacro %}

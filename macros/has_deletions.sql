{% macro has_deletions(mark) -%}
    {%- set query = "select 1 from " ~ ref('int_sold_dates__limited_to_deletions') ~ " where loaded_at > " ~ high_water(mark) -%}
    {{ return(execute and run_query(query ~ " limit 1").rows | length > 0) }}
{%- endmacro %}

{% macro is_within(first_day, end_day) -%}
    {%- set first, end = first_day | string, (end_day or '9999-12-31') | string -%}
    (sold_date >= date '{{ first[:10] }}' and sold_date < date '{{ end[:10] }}')
{%- endmacro %}

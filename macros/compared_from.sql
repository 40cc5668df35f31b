{% macro compared_from() -%}
    date_sub(start_date, datediff(end_date, start_date) + 1)
{%- endmacro %}

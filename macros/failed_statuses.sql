{% macro failed_statuses() -%}
    ('{{ var("failed_statuses") | join("', '") }}')
{%- endmacro %}

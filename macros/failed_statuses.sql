{% macro failed_statuses() -%}
    ('error', 'fail', 'runtime error', 'partial success')
{%- endmacro %}

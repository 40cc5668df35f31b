{#- A UTC timestamp as text: one with a time zone would reach Python in the machine's. -#}
{% macro as_text(column) -%}
    date_format({{ column }}, "yyyy-MM-dd'T'HH:mm:ss")
{%- endmacro %}

{#- Seconds as dbt writes the limit of a freshness. -#}
{% macro as_limit(column) -%}
    if({{ column }} is null, null, to_json(struct({{ column }} div 3600 as count, 'hour' as period)))
{%- endmacro %}

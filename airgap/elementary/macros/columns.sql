{#- A UTC timestamp as text: a timestamp with a time zone would arrive in Python in the machine's time zone. -#}
{% macro as_text(column) -%}
    date_format({{ column }}, "yyyy-MM-dd'T'HH:mm:ss")
{%- endmacro %}

{#- Seconds in the form in which dbt writes a freshness limit. -#}
{% macro as_limit(column) -%}
    if({{ column }} is null, null, to_json(struct({{ column }} div 3600 as count, 'hour' as period)))
{%- endmacro %}

{% macro edr_cast_as_string(column) -%}
    cast({{ column }} as string)
{%- endmacro %}

{% macro edr_cast_as_numeric(column) -%}
    cast({{ column }} as double)
{%- endmacro %}

{#- Without a time zone: otherwise it would arrive in Python in the machine's, and edr assumes UTC. -#}
{% macro edr_cast_as_timestamp(column) -%}
    cast({{ column }} as timestamp_ntz)
{%- endmacro %}

{% macro edr_current_timestamp() -%}
    cast(current_timestamp() as timestamp_ntz)
{%- endmacro %}

{% macro edr_datediff(first_date, second_date, date_part) -%}
    datediff({{ date_part }}, {{ first_date }}, {{ second_date }})
{%- endmacro %}

{% macro edr_quote(text) -%}
    '{{ text }}'
{%- endmacro %}

{% macro escape_reserved_keywords(name) -%}
    {{ adapter.quote(name) }}
{%- endmacro %}

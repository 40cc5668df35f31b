{% macro tested_from() -%}
    date '{{ (invocation_args_dict.get('event_time_start') or '1900-01-01') | string | truncate(10, true, '', 0) }}'
{%- endmacro %}

{% macro business_now(offset_seconds) -%}
    current_timestamp() + make_dt_interval(0, 0, 0, {{ offset_seconds }})
{%- endmacro %}

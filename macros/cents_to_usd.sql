{#- Whole cents become dollars in decimals: no money ever passes through a floating-point number. -#}
{% macro cents_to_usd(column, precision=12) -%}
    cast({{ column }} * 0.01 as decimal({{ precision }}, 2))
{%- endmacro %}

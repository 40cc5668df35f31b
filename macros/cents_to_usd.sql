{#- Eight digits hold a line of a basket, and sums of them stay within the 18 digits that Spark adds up as integers. -#}
{% macro cents_to_usd(column, precision=8) -%}
    cast({{ column }} * 0.01 as decimal({{ precision }}, 2))
{%- endmacro %}

{#- Eight digits suffice for a basket line, and sums stay within the 18 digits that Spark adds as integers. -#}
{% macro cents_to_usd(column, precision=8, key=[]) -%}
    {{ to_usd(column ~ ' * 0.01', column.split('.') | last, precision, key) }}
{%- endmacro %}

{% macro is_wider(wider, type) -%}
    {%- set wide, narrow = modules.re.findall('[a-z]+|[0-9]+', wider), modules.re.findall('[a-z]+|[0-9]+', type) -%}
    {%- if wide[0] == 'decimal' and narrow[0] == 'decimal' -%}
        {{ return(narrow[2] == wide[2] and narrow[1] | int <= wide[1] | int) }}
    {%- endif -%}
    {{ return([type, wider] in [['int', 'bigint'], ['float', 'double']]) }}
{%- endmacro %}

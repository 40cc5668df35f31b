{% macro drop_table(name) -%}
    {%- do run_query("drop table " ~ name) -%}
{%- endmacro %}

{% macro star(from, except=[]) -%}
    {%- set left_out = except | map('lower') | list -%}
    {%- set names = [] -%}
    {%- for column in (adapter.get_columns_in_relation(from) if execute else []) if column.name | lower not in left_out -%}
        {%- do names.append(adapter.quote(column.name)) -%}
    {%- endfor -%}
    {{ names | join(', ') or '*' }}
{%- endmacro %}

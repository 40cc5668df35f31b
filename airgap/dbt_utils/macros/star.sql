{% macro star(from, relation_alias='', except=[], prefix='', suffix='', quote_identifiers=True) -%}
    {%- set hidden = except | map('lower') | list -%}
    {%- set fields = [] -%}
    {%- for column in (adapter.get_columns_in_relation(from) if execute else []) if column.name | lower not in hidden -%}
        {%- set name = adapter.quote(column.name) if quote_identifiers else column.name -%}
        {%- set alias = prefix ~ column.name ~ suffix -%}
        {%- set alias = adapter.quote(alias) if quote_identifiers else alias -%}
        {%- do fields.append(
            (relation_alias ~ '.' if relation_alias else '') ~ name ~ (' as ' ~ alias if prefix or suffix else '')
        ) -%}
    {%- endfor -%}
    {#- Before the relation exists, as while parsing, every column is the best that can be said. -#}
    {{ fields | join(',\n    ') if fields or execute else '*' }}
{%- endmacro %}

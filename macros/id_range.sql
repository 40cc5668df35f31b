{% macro id_range(column, query) -%}
    {%- set first, last = none, none -%}
    {%- if execute -%}
        {%- set first, last = run_query("select min(id), max(id) from (" ~ query ~ ") as ids").rows[0].values() -%}
    {%- endif -%}
    {{ "false" if first is none else column ~ " between " ~ first | int ~ " and " ~ last | int }}
{%- endmacro %}

{#- A table's columns in its own order, as its model computes them now. Readers still see those that the model lost, until
    the publication drops them. -#}
{% macro match_columns(relation, compiled_code) -%}
    {%- set current, wanted = {}, {} -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do current.update({column.name: column.dtype}) -%}
    {%- endfor -%}
    {%- if config.get('contract').enforced -%}
        {%- for column in model.columns.values() -%}
            {%- do wanted.update({column.name: column.data_type}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for column in adapter.get_column_schema_from_query(get_empty_subquery_sql(compiled_code)) -%}
            {%- do wanted.update({column.name: column.dtype}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set selected, lost = [], [] -%}
    {%- for name, type in current.items() -%}
        {%- if name not in wanted -%}
            {%- do lost.append(name) -%}
            {%- do selected.append("cast(null as " ~ type ~ ") as " ~ adapter.quote(name)) -%}
        {%- else -%}
            {%- do widen_column(relation, name, type, wanted[name]) -%}
            {%- do selected.append(adapter.quote(name)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name, type in wanted.items() if name not in current -%}
        {%- do run_query("alter table " ~ relation ~ " add column " ~ adapter.quote(name) ~ " " ~ type) -%}
        {%- do selected.append(adapter.quote(name)) -%}
    {%- endfor -%}
    {%- if lost -%}
        {%- set dropped = "'larder.dropped-columns." ~ build_branch(relation.schema) ~ "' = '" ~ lost | join(',') ~ "'" -%}
        {%- do run_query("alter table " ~ relation ~ " set tblproperties (" ~ dropped ~ ")") -%}
    {%- endif -%}
    {{ return(selected | join(', ')) }}
{%- endmacro %}

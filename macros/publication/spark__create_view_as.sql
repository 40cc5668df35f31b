{% macro spark__create_view_as(relation, sql) -%}
    {%- set branch = build_branch(relation.schema) -%}
    {%- if branch %}
        create or replace view {{ relation.incorporate(path={'schema': branch}) }}
        tblproperties ('larder.layer' = '{{ relation.schema }}') as
        {{ sql }}
    {%- else -%}
        {{ dbt.spark__create_view_as(relation, sql) }}
    {%- endif -%}
{%- endmacro %}

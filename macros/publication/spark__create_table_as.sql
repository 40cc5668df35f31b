{#- `create or replace table` would take the rows from readers before they are tested, so a table that exists gets new rows
    on the branch instead. -#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {%- set is_replaced = not temporary and build_branch(relation.schema) and is_in_catalog(relation) -%}
    {%- if is_replaced %}
        {%- if should_full_refresh() -%}
            {%- do check_partitions(relation) -%}
        {%- endif -%}
        {%- if config.get('contract').enforced -%}
            {{ get_assert_columns_equivalent(compiled_code) }}
        {%- endif %}
        insert into {{ relation }} replace where true
        select {{ match_columns(relation, compiled_code) }} from ({{ compiled_code }}) as rebuilt
    {%- else -%}
        {{ dbt.spark__create_table_as(temporary, relation, compiled_code, language) }}
    {%- endif -%}
{%- endmacro %}

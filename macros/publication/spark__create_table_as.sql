{#- `create or replace table` would take the rows from readers before they are tested, so a table that exists gets new rows
    on the branch instead. -#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {%- set is_published = not temporary and build_branch(relation.schema) -%}
    {%- if is_published and is_in_catalog(relation) %}
        {%- if should_full_refresh() -%}
            {%- do check_partitions(relation) -%}
        {%- endif -%}
        {%- if config.get('contract').enforced -%}
            {{ get_assert_columns_equivalent(compiled_code) }}
        {%- endif %}
        insert into {{ relation }} replace where true
        select {{ match_columns(relation, compiled_code) }} from ({{ compiled_code }}) as rebuilt
    {%- else -%}
        {%- if is_published -%}
            {%- do check_not_a_view(relation) -%}
        {%- endif -%}
        {{ dbt.spark__create_table_as(temporary, relation, compiled_code, language) }}
    {%- endif -%}
{%- endmacro %}

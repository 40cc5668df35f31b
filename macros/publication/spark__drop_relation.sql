{#- What is published stays. dbt drops a table before it rebuilds it, and a view or table that became the other. -#}
{% macro spark__drop_relation(relation) -%}
    {%- set is_rebuilt = relation.is_table and config.get('materialized') != 'view' -%}
    {%- if not build_branch(relation.schema) -%}
        {{ dbt.spark__drop_relation(relation) }}
    {%- elif not is_rebuilt -%}
        {%- do exceptions.raise_compiler_error(
            relation ~ " is published as a " ~ relation.type ~ " and its model is now of another kind. Readers would lose it "
            ~ "before the build is tested: give the model another name, or build once with LARDER_PUBLICATION=off."
        ) -%}
    {%- endif -%}
{%- endmacro %}

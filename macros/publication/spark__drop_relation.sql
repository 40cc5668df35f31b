{#- dbt drops a table before a full refresh; its readers keep it until the new rows are published. -#}
{% macro spark__drop_relation(relation) -%}
    {%- if not build_branch(relation.schema) -%}
        {{ dbt.spark__drop_relation(relation) }}
    {%- endif -%}
{%- endmacro %}

{#- dbt does not see the views of an Iceberg catalog. -#}
{% macro check_not_a_view(relation) -%}
    {%- if run_query("show views in " ~ relation.schema ~ " like '" ~ relation.identifier ~ "'").rows | length > 0 -%}
        {%- do exceptions.raise_compiler_error(
            relation ~ " is published as a view and its model is a table now. Give the model another name, or drop the view."
        ) -%}
    {%- endif -%}
{%- endmacro %}

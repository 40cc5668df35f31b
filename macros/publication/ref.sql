{#- Views have no branch: those that this command builds are in a schema that has the branch's name. -#}
{% macro ref() -%}
    {%- set relation = builtins.ref(*varargs, **kwargs) -%}
    {%- if execute -%}
        {#- dbt's unit tests have no graph: they read their own rows. -#}
        {%- set node = (graph.nodes or {})['model.' ~ project_name ~ '.' ~ varargs | last] -%}
        {%- if node and node.config.materialized == 'view' and node.unique_id in selected_resources -%}
            {%- set branch = build_branch(node.schema) -%}
            {%- if branch -%}
                {{ return(relation.incorporate(path={'schema': branch})) }}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}

{#- dbt's commands get it from `dbt_larder`. -#}
{% macro build_branch(schema) -%}
    {%- set is_published = target.name in ('local', 'cluster') and schema in ('silver', 'gold') -%}
    {{ return(env_var('LARDER_BRANCH', '') if execute and is_published else '') }}
{%- endmacro %}

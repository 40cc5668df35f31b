{#- dbt forgets a relation that it believes to have dropped, as before a full refresh: see spark__drop_relation. -#}
{% macro is_in_catalog(relation) -%}
    {%- if load_cached_relation(relation) -%}
        {{ return(true) }}
    {%- endif -%}
    {{ return(should_full_refresh() and execute and
        run_query("show tables in " ~ relation.schema ~ " like '" ~ relation.identifier ~ "'").rows | length > 0) }}
{%- endmacro %}

{% macro target_database() %}
    {% do return(target.database) %}
{% endmacro %}

{% macro get_package_database_and_schema() %}
    {% do return([target.database, target.schema]) %}
{% endmacro %}

{#- This package's views are built before a report, with all columns that edr reads; edr's own never are. -#}
{% macro relation_exists(relation) %}
    {% set nodes = graph.get('nodes', {}).values() | selectattr('package_name', '==', 'elementary') %}
    {% do return(relation.identifier in nodes | map(attribute='name')) %}
{% endmacro %}

{% macro column_exists_in_relation(relation, column_name) %}
    {% do return(elementary.relation_exists(relation)) %}
{% endmacro %}

{#- Cached, because edr reads it twice. An interrupted report may have left one. -#}
{% macro create_temp_table(database_name, schema_name, table_name, sql_query) %}
    {% set relation = api.Relation.create(identifier=table_name) %}
    {% do elementary.fully_drop_relation(relation) %}
    {% do dbt.run_query('cache table ' ~ relation ~ ' as ' ~ sql_query) %}
    {% do return(relation) %}
{% endmacro %}

{% macro has_temp_table_support() %}
    {% do return(false) %}
{% endmacro %}

{% macro fully_drop_relation(relation) %}
    {% do dbt.run_query('drop view if exists ' ~ relation) %}
{% endmacro %}

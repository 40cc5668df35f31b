{% macro target_database() %}
    {% do return(target.database) %}
{% endmacro %}

{% macro get_package_database_and_schema() %}
    {% do return([target.database, target.schema]) %}
{% endmacro %}

{#- The views of this package are made before a report, with all columns that edr knows; edr's own tables are never made. -#}
{% macro relation_exists(relation) %}
    {% set nodes = graph.get('nodes', {}).values() | selectattr('package_name', '==', 'elementary') %}
    {% do return(relation.identifier in nodes | map(attribute='name')) %}
{% endmacro %}

{% macro column_exists_in_relation(relation, column_name) %}
    {% do return(elementary.relation_exists(relation)) %}
{% endmacro %}

{#- Cached: edr reads it twice. A report that broke off may have left one. -#}
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

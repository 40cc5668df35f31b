{% macro is_tsql() %}
    {% do return(false) %}
{% endmacro %}

{% macro edr_log(text, info=true) %}
    {% do log('Elementary: ' ~ text, info=info) %}
{% endmacro %}

{% macro get_config_var(name) %}
    {% do return(var(name, none)) %}
{% endmacro %}

{% macro get_default_table_type() %}
    {% do return(none) %}
{% endmacro %}

{% macro get_default_incremental_strategy() %}
    {% do return(none) %}
{% endmacro %}

{#- edr's models for alerts call these two when they are parsed; none of these models is ever built. -#}
{% macro get_column_in_relation(relation, column_name) %}
    {% do return(none) %}
{% endmacro %}

{% macro normalize_data_type(data_type) %}
    {% do return(data_type) %}
{% endmacro %}

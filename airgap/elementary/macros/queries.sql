{% macro run_query(query) %}
    {% do return(dbt.run_query(query)) %}
{% endmacro %}

{#- Converts a query's rows to JSON types, by column: there are many rows, but few columns that are not text. -#}
{% macro agate_to_dicts(table) %}
    {% set numbers, times = [], [] %}
    {% for column in table.columns %}
        {% for value in column.values_without_nulls()[:1] %}
            {% if value is number and value is not boolean %}{% do numbers.append(column.name) %}{% endif %}
            {% if value.isoformat is defined %}{% do times.append(column.name) %}{% endif %}
        {% endfor %}
    {% endfor %}
    {% set rows = [] %}
    {% for row in table.rows %}
        {% set found = row.dict() %}
        {% for name in numbers if found[name] is not none %}
            {% do found.update({name: found[name] | int if found[name] == found[name] | int else found[name] | float}) %}
        {% endfor %}
        {% for name in times if found[name] is not none %}
            {% do found.update({name: found[name].isoformat()}) %}
        {% endfor %}
        {% do rows.append(found) %}
    {% endfor %}
    {% do return(rows) %}
{% endmacro %}

{#- edr reads a macro's result from the log, between these markers. -#}
{% macro log_macro_results(macro_name, macro_args=none) %}
    {% set package, name = macro_name.split('.') %}
    {% set result = context[package][name](**(macro_args or {})) %}
    {% if result is not none %}
        {% do log(
            'Elementary: --ELEMENTARY-MACRO-OUTPUT-START--' ~ tojson(result) ~ '--ELEMENTARY-MACRO-OUTPUT-END--', info=true
        ) %}
    {% endif %}
{% endmacro %}

{% macro no_results_query() -%}
    select 1 as nothing where 1 = 0
{%- endmacro %}

{% macro empty_table(columns) -%}
    select
        {% for column in columns -%}
            cast(null as string) as {{ column[0] }}{{ ',' if not loop.last }}
        {% endfor %}
    where 1 = 0
{%- endmacro %}

{% macro quarantine_records() -%}
    {{ return(load_relation(api.Relation.create(schema='quarantine', identifier='records'))) }}
{%- endmacro %}

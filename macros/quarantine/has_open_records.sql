{% macro has_open_records(tested) -%}
    {%- set records = quarantine_records() -%}
    {%- set query -%}
        select 1 from {{ records }}
        where state = 'open' and source = '{{ tested.source }}' and resource = '{{ tested.resource }}'
        limit 1
    {%- endset -%}
    {{ return(records and run_query(query).rows | length > 0) }}
{%- endmacro %}

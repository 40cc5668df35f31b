{#- Iceberg refuses one of two changes of the same files. All nodes of a command share `graph`. -#}
{% macro take_turn() -%}
    {%- for attempt in range(20000) if graph.setdefault('in_quarantine', model.unique_id) != model.unique_id -%}
        {%- do run_query('select 1') -%}
    {%- endfor -%}
    {%- if graph.in_quarantine != model.unique_id -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ": waited in vain for " ~ graph.in_quarantine ~ " to set rows aside. See its error."
        ) -%}
    {%- endif -%}
{%- endmacro %}

{% macro end_turn() -%}
    {%- do graph.pop('in_quarantine') -%}
{%- endmacro %}

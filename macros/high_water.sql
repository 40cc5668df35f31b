{% macro high_water(column='_loaded_at') -%}
    {%- set highest = none -%}
    {%- if execute -%}
        {%- set query = "select cast(max(" ~ column ~ ") as string) as highest from " ~ this -%}
        {%- set highest = run_query(query).columns[0].values()[0] -%}
    {%- endif -%}
    timestamp '{{ highest or "1970-01-01" }}'
{%- endmacro %}

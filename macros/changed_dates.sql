{% macro changed_dates(relation, mark='loaded_at') -%}
    {%- set query -%}
        select distinct cast(sold_date as string) as sold_date
        from {{ relation }}
        where loaded_at > {{ high_water(mark) }}
    {%- endset -%}
    {{ value_list(query, 'date') }}
{%- endmacro %}

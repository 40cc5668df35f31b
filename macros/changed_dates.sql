{% macro changed_dates(relation) -%}
    {%- set query -%}
        select distinct cast(sold_date as string) as sold_date
        from {{ relation }}
        where loaded_at > {{ high_water('loaded_at') }}
    {%- endset -%}
    {{ value_list(query, 'date') }}
{%- endmacro %}

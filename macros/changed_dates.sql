{% macro changed_dates(relation, mark='loaded_at') -%}
    {%- set since = high_water(mark) -%}
    {%- set query -%}
        select cast(sold_date as string) as sold_date
        from {{ relation }}
        where loaded_at > {{ since }}
        union
        select cast(sold_date as string) as sold_date
        from {{ ref('int_sold_dates__limited_to_deletions') }}
        where loaded_at > {{ since }}
        {{ asked_dates() }}
    {%- endset -%}
    {{ value_list(query, 'date') }}
{%- endmacro %}

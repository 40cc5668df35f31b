{% macro changed_dates(relation, mark='loaded_at') -%}
    {%- set since = high_water(mark) -%}
    {%- set query -%}
        select cast(sold_date as string) as sold_date
        from {{ relation }}
        where loaded_at > {{ since }}
        union
        select cast(sold_date as string) as sold_date
        from {{ ref('stg_shop__sold_dates') }}
        where greatest(loaded_at, due_at) > {{ since }} and due_at is not null
    {%- endset -%}
    {{ value_list(query, 'date') }}
{%- endmacro %}

{% macro changed_dates(relation, mark='loaded_at') -%}
    {%- set since = high_water(mark) -%}
    {%- set query -%}
        select cast(sold_date as string)
        from {{ ref('stg_shop__sold_dates') }}
        where
            due_at is not null
            and (
                greatest(loaded_at, due_at) > {{ since }}
                or sold_date in (select sold_date from {{ relation }} where loaded_at > {{ since }})
            )
        {{ asked_dates() }}
    {%- endset -%}
    {{ value_list(query, 'date') }}
{%- endmacro %}

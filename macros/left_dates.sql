{% macro left_dates(mark='loaded_at') -%}
    {%- set query -%}
        select cast(sold_date as string) from {{ ref('stg_shop__sold_dates') }} where left_at > {{ high_water(mark) }}
    {%- endset -%}
    {{ value_list(query, 'date') }}
{%- endmacro %}

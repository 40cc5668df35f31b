{#- A merge only adds and updates. The days are listed so that only their files are read. -#}
{% macro delete_left() -%}
    {%- if execute and is_incremental() -%}
        {%- set left_dates = left_dates() -%}
        {%- if ',' in left_dates %}
            delete from {{ this }} as known
            where known.sold_date in {{ left_dates }} and ({{ caller() }})
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

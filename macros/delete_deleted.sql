{#- A merge only adds and updates. The days are listed so that only their files are read. -#}
{% macro delete_deleted(days, deletions) -%}
    {%- if execute and is_incremental() -%}
        {%- set is_new = "loaded_at > " ~ high_water('loaded_at') -%}
        {%- set query = "select distinct cast(sold_date as string) from " ~ days ~ " where " ~ is_new -%}
        {%- set sold_dates = value_list(query, 'date') -%}
        {%- if ',' in sold_dates -%}
            delete from {{ this }}
            where sold_date in {{ sold_dates }} and (
            {%- for key, relation in deletions.items() %}
                {{ "or" if not loop.first }} ({{ key }}) in (select {{ key }} from {{ relation }} where {{ is_new }})
            {%- endfor %}
            )
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

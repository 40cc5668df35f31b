{% macro restored_ids(relation, deletions, id) -%}
    {%- set query -%}
        select distinct cast(records.{{ id }} as string)
        from {{ relation }} as records
        left semi join {{ deletions }} as deletions on records.{{ id }} = deletions.{{ id }}
        where records.loaded_at > {{ high_water('loaded_at') }}
    {%- endset -%}
    {{ value_list(query, 'bigint') }}
{%- endmacro %}

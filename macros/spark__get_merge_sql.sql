{% macro spark__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) %}
    {%- set partition = config.require('partition_by') | first -%}
    {%- do run_query("cache table " ~ source) -%}
    {%- set query = "select distinct cast(" ~ partition ~ " as string) as value from " ~ source -%}
    {%- set touched = run_query(query).columns[0].values() | sort -%}
    {%- if touched %}
    merge into {{ target }} as merged
    using {{ source }} as changed
        on
            merged.{{ partition }} in ({% for value in touched %}date '{{ value }}'{{ ', ' if not loop.last }}{% endfor %})
            and merged.{{ unique_key }} = changed.{{ unique_key }}
    when matched then update set *
    when not matched then insert *
    {%- else %}
    select 'no row changed: nothing to merge' as reason
    {%- endif %}
{% endmacro %}

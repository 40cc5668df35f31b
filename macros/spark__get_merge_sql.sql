{% macro spark__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) %}
    {%- set partition = config.require('partition_by') | first -%}
    {%- do run_query("cache table " ~ source) -%}
    {%- set query = "select distinct cast(" ~ partition ~ " as string) as value from " ~ source -%}
    {%- set data_type = 'date' if partition.endswith('_date') else 'bigint' %}
    merge into {{ target }} as merged
    using {{ source }} as changed
        on
            merged.{{ partition }} in {{ value_list(query, data_type) }}
            and merged.{{ unique_key }} = changed.{{ unique_key }}
    when matched then update set *
    when not matched then insert *
{% endmacro %}

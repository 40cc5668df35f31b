{% macro spark__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) %}
    {%- set same_row = "merged." ~ unique_key ~ " = changed." ~ unique_key -%}
    {%- do run_query("cache table " ~ source) -%}
    {%- if config.get('partition_by') -%}
        {%- set partition = config.get('partition_by') | first -%}
        {%- set query = "select distinct cast(" ~ partition ~ " as string) as value from " ~ source -%}
        {%- set data_type = 'date' if partition.endswith('_date') else 'bigint' -%}
        {%- set same_row = "merged." ~ partition ~ " in " ~ value_list(query, data_type) ~ " and " ~ same_row -%}
    {%- endif %}
    merge into {{ target }} as merged
    using {{ source }} as changed on {{ same_row }}
    when matched then update set *
    when not matched then insert *
{% endmacro %}

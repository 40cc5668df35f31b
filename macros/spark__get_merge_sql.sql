{% macro spark__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) %}
    {%- set predicates = incremental_predicates or [] -%}
    {%- if model.package_name == project_name and not predicates -%}
        {%- do run_query("cache table " ~ source) -%}
        {%- set partitions = config.get('partition_by') or [] -%}
        {%- set partition = partitions if partitions is string else partitions | first -%}
        {%- for column in adapter.get_columns_in_relation(target) if column.name == partition -%}
            {%- set changed = "select distinct cast(" ~ partition ~ " as string) as value from " ~ source -%}
            {%- do predicates.append("DBT_INTERNAL_DEST." ~ partition ~ " in " ~ value_list(changed, column.dtype)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ dbt.spark__get_merge_sql(target, source, unique_key, dest_columns, predicates) }}
{% endmacro %}

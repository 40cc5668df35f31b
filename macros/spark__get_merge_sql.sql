{% macro spark__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) %}
    {%- set predicates = incremental_predicates or [] -%}
    {%- if model.package_name == project_name and not predicates -%}
        {%- do run_query("cache table " ~ source) -%}
        {%- set merged = modules.re.search('-- merges into: (.+)', compiled_code or '') -%}
        {%- do predicates.append("DBT_INTERNAL_DEST." ~ merged.group(1)) if merged -%}
    {%- endif -%}
    {{ dbt.spark__get_merge_sql(target, source, unique_key, dest_columns, predicates) }}
{% endmacro %}

{#- Models downstream find what changed by its load time. The deleted rows may have replaced others, from which these models
    were built, so the rest of their partitions counts as loaded after everything else. -#}
{% macro delete_rejects(tested) -%}
    {%- set columns = adapter.get_columns_in_relation(tested.relation) -%}
    {%- set names = columns | map(attribute='name') | list -%}
    {%- set partitions = [] -%}
    {%- if 'loaded_at' in names -%}
        {%- for column in columns if column.name in tested.partition_by -%}
            {%- set query = "select distinct cast(" ~ column.name ~ " as string) from " ~ tested.relation -%}
            {%- set values = value_list(query ~ " where " ~ tested.failing, column.dtype) -%}
            {%- do partitions.append(column.name ~ " in " ~ values) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set latest = "select cast(max(loaded_at) as string) from " ~ tested.relation -%}
    {%- set loaded_at = run_query(latest).rows[0][0] if partitions -%}
    {%- do run_query("delete from " ~ tested.relation ~ " where " ~ tested.failing) -%}
    {%- if partitions -%}
        {%- set later = "timestamp '" ~ loaded_at ~ "' + interval 1 microsecond" -%}
        {%- do run_query(
            "update " ~ tested.relation ~ " set loaded_at = " ~ later ~ " where " ~ partitions | join(' and ')
        ) -%}
    {%- endif -%}
{%- endmacro %}

{% macro get_insert_overwrite_sql(source_relation, target_relation, existing_relation) %}
    {%- set replaced = modules.re.search('-- replaces: (.+)', compiled_code) -%}
    {%- if replaced %}
        {%- set columns = adapter.get_columns_in_relation(target_relation) | map(attribute='quoted') | join(', ') %}
        {#- Iceberg does not accept a condition that is null, as that of an empty `value_list` is. #}
        {%- set empty_list = '\w+ in \(cast\(null as \w+\)\)' %}
        insert into {{ target_relation }} replace where {{ modules.re.sub(empty_list, 'false', replaced.group(1)) }}
        select {{ columns }} from {{ source_relation }}
    {%- else %}
        {{ dbt.get_insert_overwrite_sql(source_relation, target_relation, existing_relation) }}
    {%- endif %}
{% endmacro %}

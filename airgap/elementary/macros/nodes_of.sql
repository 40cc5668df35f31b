{#- Nodes of one type, with the columns that edr reads. -#}
{% macro nodes_of(resource_type) %}
    select
        unique_id,
        name,
        alias,
        database_name,
        schema_name,
        owner,
        tags_json as tags,
        meta_json as meta,
        package_name,
        description,
        path as original_path,
        patch_path,
        path,
        materialization,
        unique_key_json as unique_key,
        incremental_strategy,
        depends_on_macros_json as depends_on_macros,
        depends_on_nodes_json as depends_on_nodes,
        {{ elementary.as_text('generated_at') }} as generated_at
    from {{ ref('current_nodes') }}
    where resource_type = '{{ resource_type }}'
{% endmacro %}

with nodes as (
    select * from {{ source('ops', 'dbt_nodes') }}
)

select
    unique_id,
    resource_type,
    package_name,
    name,
    alias,
    database_name,
    schema_name,
    source_name,
    materialization,
    incremental_strategy,
    build_scope,
    unique_key_json,
    path,
    patch_path,
    description,
    owner,
    ready_by,
    tags_json,
    meta_json,
    depends_on_nodes_json,
    depends_on_macros_json,
    test_name,
    test_namespace,
    test_arguments_json,
    test_column_name,
    tested_node,
    severity,
    warn_if,
    error_if,
    freshness_json,
    loaded_at_field,
    exposure_type,
    maturity,
    label,
    url,
    owner_email,
    generated_at
from {{ latest_version('nodes', key=['unique_id'], order_by=['_loaded_at'], is_deleted=none) }} as latest
where is_current

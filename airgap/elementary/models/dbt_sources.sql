select
    unique_id,
    name,
    source_name,
    alias as identifier,
    database_name,
    schema_name,
    owner,
    tags_json as tags,
    meta_json as meta,
    package_name,
    description,
    path as original_path,
    concat_ws('.', schema_name, alias) as relation_name,
    loaded_at_field,
    get_json_object(freshness_json, '$.error_after') as freshness_error_after,
    get_json_object(freshness_json, '$.warn_after') as freshness_warn_after,
    get_json_object(freshness_json, '$.filter') as freshness_filter,
    'How long ago the source was last loaded; a warning or an error beyond the ages that its description states.'
        as freshness_description
from {{ ref('current_nodes') }}
where resource_type = 'source'

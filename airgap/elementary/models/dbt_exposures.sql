select
    unique_id,
    name,
    label,
    exposure_type as type,
    maturity,
    owner as owner_name,
    owner_email,
    url,
    tags_json as tags,
    meta_json as meta,
    package_name,
    description,
    path as original_path,
    path,
    checksum as metadata_hash,
    depends_on_macros_json as depends_on_macros,
    depends_on_nodes_json as depends_on_nodes,
    cast(null as string) as depends_on_columns,
    cast(null as string) as raw_queries,
    {{ elementary.as_text('generated_at') }} as generated_at
from {{ ref('current_nodes') }}
where resource_type = 'exposure'

with nodes as (
    select * from {{ ref('current_nodes') }}
)

select
    tests.unique_id,
    tests.tested_node as parent_model_unique_id,
    tests.name,
    tests.test_name as short_name,
    tests.test_namespace,
    tests.test_column_name,
    coalesce(tests.test_arguments_json, '{}') as test_params,
    tests.severity,
    tests.warn_if,
    tests.error_if,
    if(tests.test_name is null, 'singular', 'generic') as type,
    tests.database_name,
    coalesce(tested.schema_name, tests.schema_name) as schema_name,
    tested.alias as table_name,
    tested.owner as model_owners,
    tested.tags_json as model_tags,
    tests.tags_json as tags,
    tests.meta_json as meta,
    tests.package_name,
    tests.description,
    tests.path as original_path
from nodes as tests
left join nodes as tested on tests.tested_node = tested.unique_id
where tests.resource_type = 'test'

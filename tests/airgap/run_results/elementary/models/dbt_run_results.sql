{{ config(materialized='incremental') }}

{%- set kinds = {
    'model_execution_id': 'string',
    'unique_id': 'string',
    'invocation_id': 'string',
    'generated_at': 'string',
    'created_at': 'timestamp',
    'name': 'string',
    'message': 'string',
    'status': 'string',
    'resource_type': 'string',
    'execution_time': 'float',
    'execute_started_at': 'string',
    'execute_completed_at': 'string',
    'compile_started_at': 'string',
    'compile_completed_at': 'string',
    'rows_affected': 'bigint',
    'full_refresh': 'boolean',
    'compiled_code': 'string',
    'failures': 'bigint',
    'query_id': 'string',
    'thread_id': 'string',
    'materialization': 'string',
    'adapter_response': 'string',
    'group_name': 'string',
} %}
select
    {%- for name, kind in kinds.items() %}
    cast(null as {{ kind }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
where false

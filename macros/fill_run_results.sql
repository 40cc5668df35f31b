{% macro fill_run_results() -%}
    {%- set run_results = ref('elementary', 'dbt_run_results') -%}
    {%- set as_dbt_writes_it = "\"yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'\"" -%}
    {%- set query -%}
        with known as (
            select model_execution_id from {{ run_results }}
        ),

        results as (
            select
                results.*,
                invocations.is_full_refresh,
                concat_ws('.', results.invocation_id, results.unique_id) as model_execution_id
            from {{ source('ops', 'dbt_run_results') }} as results
            inner join {{ source('ops', 'dbt_invocations') }} as invocations
                on results.invocation_id = invocations.invocation_id
        )

        insert into {{ run_results }} (
            model_execution_id,
            unique_id,
            invocation_id,
            resource_type,
            name,
            status,
            message,
            failures,
            compiled_code,
            thread_id,
            full_refresh,
            execution_time,
            compile_started_at,
            compile_completed_at,
            execute_started_at,
            execute_completed_at,
            generated_at,
            created_at
        )
        select
            results.model_execution_id,
            results.unique_id,
            results.invocation_id,
            split_part(results.unique_id, '.', 1),
            split_part(results.unique_id, '.', 3),
            results.status,
            results.message,
            results.failure_count,
            results.compiled_code,
            results.thread_name,
            results.is_full_refresh,
            results.execution_seconds,
            date_format(results.compile_started_at, {{ as_dbt_writes_it }}),
            date_format(results.compile_finished_at, {{ as_dbt_writes_it }}),
            date_format(results.execute_started_at, {{ as_dbt_writes_it }}),
            date_format(results.execute_finished_at, {{ as_dbt_writes_it }}),
            date_format(results.finished_at, 'yyyy-MM-dd HH:mm:ss'),
            current_timestamp()
        from results
        left anti join known on results.model_execution_id = known.model_execution_id
    {%- endset -%}
    {%- do run_query(query) -%}
{%- endmacro %}

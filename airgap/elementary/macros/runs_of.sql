{#- The results of nodes in each run, with their attributes. -#}
{% macro runs_of(nodes) %}
    select
        results.model_execution_id,
        results.invocation_id,
        results.unique_id,
        nodes.name,
        nodes.schema_name,
        nodes.materialization,
        results.status,
        results.execution_time,
        results.compiled_code,
        results.generated_at,
        invocations.full_refresh
    from {{ ref('dbt_run_results') }} as results
    inner join {{ ref(nodes) }} as nodes on results.unique_id = nodes.unique_id
    left join {{ ref('dbt_invocations') }} as invocations on results.invocation_id = invocations.invocation_id
{% endmacro %}

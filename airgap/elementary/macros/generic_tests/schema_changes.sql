{#- Today's commits that have a different schema than the previous commit. -#}
{% test schema_changes(model) %}
    {{- config(tags=['elementary-tests']) -}}
    select *
    from (
        select
            timestamp,
            latest_schema_id,
            lag(latest_schema_id) over (order by timestamp) as earlier_schema_id
        from {{ model }}.metadata_log_entries
        where latest_schema_id is not null
    )
    where latest_schema_id <> earlier_schema_id and cast(timestamp as date) = current_date()
{% endtest %}

{#- Iceberg answers the count from its metadata, so it costs the same for a table of any size. -#}
{% test row_count_at_least(model, minimum) %}
    select counted.row_count
    from (select count(*) as row_count from {{ model }}) as counted
    where counted.row_count < {{ minimum }}
{% endtest %}

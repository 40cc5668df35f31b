{#- Rows per day: per partition of a date column if one is given, else of the whole table at the end of each day. -#}
{% test volume_anomalies(
    model, timestamp_column=none,
    anomaly_sensitivity=3, anomaly_direction='both', training_period=none, min_training_set_size=7
) %}
    {{- config(tags=['elementary-tests']) -}}
    {%- set daily -%}
        {%- if timestamp_column -%}
            select partition.{{ timestamp_column }} as day, record_count as measured
            from {{ model }}.partitions
        {%- else -%}
            select
                cast(committed_at as date) as day,
                max_by(cast(summary['total-records'] as bigint), committed_at) as measured
            from {{ model }}.snapshots
            group by cast(committed_at as date)
        {%- endif -%}
    {%- endset -%}
    {{ elementary.last_day_anomalies(daily, anomaly_sensitivity, anomaly_direction, training_period, min_training_set_size) }}
{% endtest %}

{#- Hours before a day's first commit, or before now if today has none; from the commits, without a scan. -#}
{% test freshness_anomalies(model, timestamp_column, anomaly_sensitivity=3, training_period=none, min_training_set_size=7) %}
    {{- config(tags=['elementary-tests']) -}}
    {%- set daily -%}
        select
            cast(committed_at as date) as day,
            (min(unix_timestamp(committed_at)) - lag(min(unix_timestamp(committed_at))) over (
                order by cast(committed_at as date)
            )) div 3600 as measured
        from (select committed_at from {{ model }}.snapshots union all select current_timestamp())
        group by cast(committed_at as date)
    {%- endset -%}
    {{ elementary.last_day_anomalies(daily, anomaly_sensitivity, 'spike', training_period, min_training_set_size) }}
{% endtest %}

{% test recency(model, field, datepart, interval, ignore_time_component=false, group_by_columns=[]) %}
    {%- set type = 'date' if ignore_time_component else 'timestamp' %}
    {%- set oldest = 'cast(' ~ dbt.dateadd(datepart, -interval, dbt.current_timestamp()) ~ ' as ' ~ type ~ ')' %}
    {%- set newest = 'cast(max(' ~ field ~ ') as ' ~ type ~ ')' %}
    select {{ (group_by_columns + [newest ~ ' as most_recent']) | join(', ') }}
    from {{ model }}
    {% if group_by_columns %}group by {{ group_by_columns | join(', ') }}{% endif %}
    having {{ newest }} < {{ oldest }} or {{ newest }} is null
{% endtest %}

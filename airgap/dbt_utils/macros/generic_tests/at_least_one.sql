{% test at_least_one(model, column_name, group_by_columns=[]) %}
    select {{ (group_by_columns + ['count(' ~ column_name ~ ') as value_count']) | join(', ') }}
    from {{ model }}
    {% if group_by_columns %}group by {{ group_by_columns | join(', ') }}{% endif %}
    having count({{ column_name }}) = 0
{% endtest %}

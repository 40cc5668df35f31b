{% test equal_rowcount(model, compare_model, group_by_columns=[]) %}
    {{ config(fail_calc='coalesce(sum(abs(difference)), 0)') }}
    select {{ (group_by_columns + ['sum(signed_row) as difference']) | join(', ') }}
    from (
        select {{ (group_by_columns + ['1 as signed_row']) | join(', ') }} from {{ model }}
        union all
        select {{ (group_by_columns + ['-1 as signed_row']) | join(', ') }} from {{ compare_model }}
    )
    {% if group_by_columns %}group by {{ group_by_columns | join(', ') }}{% endif %}
{% endtest %}

{% test mutually_exclusive_ranges(
    model, lower_bound_column, upper_bound_column,
    partition_by=none, gaps='allowed', zero_length_range_allowed=false
) %}
    {#- The forbidden relation between the end of a range and the start of the next one. -#}
    {%- set wrong = {'allowed': '>', 'required': '>=', 'not_allowed': '<>'} %}
    {%- if gaps not in wrong %}
        {{ exceptions.raise_compiler_error("mutually_exclusive_ranges: gaps is " ~ gaps ~ ", not one of " ~ wrong | join(', ')) }}
    {%- endif %}
    select *
    from (
        select
            {{ lower_bound_column }} as starts,
            {{ upper_bound_column }} as ends,
            lead({{ lower_bound_column }}) over (
                {% if partition_by %}partition by {{ partition_by }}{% endif %}
                order by {{ lower_bound_column }}, {{ upper_bound_column }}
            ) as next_starts
        from {{ model }}
    )
    where
        starts is null
        or ends is null
        or starts {{ '>' if zero_length_range_allowed else '>=' }} ends
        or ends {{ wrong[gaps] }} next_starts
{% endtest %}

{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
    {%- set bounds = [] %}
    {%- set or_equal = '=' if inclusive else '' %}
    {%- if min_value is not none %}{% do bounds.append(column_name ~ ' >' ~ or_equal ~ ' ' ~ min_value) %}{% endif %}
    {%- if max_value is not none %}{% do bounds.append(column_name ~ ' <' ~ or_equal ~ ' ' ~ max_value) %}{% endif %}
    {%- if not bounds %}
        {{ exceptions.raise_compiler_error("accepted_range on " ~ column_name ~ " needs a min_value or a max_value.") }}
    {%- endif %}
    select *
    from {{ model }}
    where not ({{ bounds | join(' and ') }})
{% endtest %}

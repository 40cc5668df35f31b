{% macro latest_version(relation, key, order_by) -%}
    (
        select * except (version_number)
        from (
            select
                *,
                row_number() over (
                    partition by {{ key | join(', ') }}
                    order by {{ order_by | join(' desc, ') }} desc
                ) as version_number
            from {{ relation }}
        ) as numbered
        where version_number = 1
    )
{%- endmacro %}

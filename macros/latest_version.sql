{% macro latest_version(relation, key, order_by, is_deleted='is_deleted') -%}
    {%- set partition = "partition by " ~ key | join(', ') -%}
    (
        select * except (version_number{{ ", " ~ is_deleted if is_deleted }})
        from (
            select
                *,
                row_number() over ({{ partition }} order by {{ order_by | join(' desc, ') }} desc) as version_number
            {% if is_deleted %}
                from (
                    select
                        *,
                        max(if({{ is_deleted }}, loaded_at, null)) over ({{ partition }}) as _closed_at
                    from {{ relation }}
                ) as closed
                where _closed_at is null or loaded_at > _closed_at
            {% else %}
                from {{ relation }}
            {% endif %}
        ) as numbered
        where version_number = 1
    )
{%- endmacro %}

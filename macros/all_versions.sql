{#- Takes the place of `latest_version` when a history is rebuilt, with the same arguments. A tombstone has no time of change,
    which is the first column of `order_by`: that distinguishes it from a version. -#}
{% macro all_versions(relation, key, order_by, is_deleted='is_deleted') -%}
    {%- set changed_at, partition = order_by | first, "partition by " ~ key | join(', ') -%}
    (
        select
            * except ({{ changed_at }}, {{ is_deleted }}),
            if({{ is_deleted }}, null, {{ changed_at }}) as {{ changed_at }},
            max(if({{ is_deleted }}, loaded_at, null)) over (
                {{ partition }}
                order by loaded_at
                range between unbounded preceding and interval 1 microsecond preceding
            ) as _closed_at
        from {{ relation }}
    )
{%- endmacro %}

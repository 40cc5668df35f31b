{#- Between two tombstones a record has one life: `ended_at` is the load of the tombstone that ended it. Within a life the
    versions follow each other by the time of their change. A version that was loaded after a later one began no later than
    the later one, whatever it says of its load. One that began when a later version had already begun was never valid. -#}
{% macro rebuilt_history(versions, key, valid_from, changed_at='updated_at') -%}
    {%- set keys = [key] if key is string else key -%}
    {%- set record, life = "partition by " ~ keys | join(', '), "partition by " ~ keys | join(', ') ~ ", ended_at" -%}
    with lives as (
        select
            *,
            min(if({{ changed_at }} is null, loaded_at, null)) over (
                {{ record }}
                order by loaded_at
                range between current row and unbounded following
            ) as ended_at
        from ({{ versions }}) as versions
    ),

    placed as (
        select
            * except ({{ valid_from }}),
            if(
                loaded_at > min(loaded_at) over (
                    {{ life }}
                    order by {{ changed_at }} desc, loaded_at desc
                    rows between unbounded preceding and 1 preceding
                ),
                least({{ valid_from }}, greatest({{ changed_at }}, min(loaded_at) over ({{ life }}))),
                {{ valid_from }}
            ) as {{ valid_from }}
        from lives
        where {{ changed_at }} is not null
    ),

    followed as (
        select
            * except (ended_at),
            least(ended_at, min({{ valid_from }}) over (
                {{ life }}
                order by {{ changed_at }}, loaded_at
                rows between 1 following and unbounded following
            )) as _valid_to
        from placed
    )

    select
        * except (_valid_to),
        {{ snapshot_hash_arguments(api.Relation.scd_args(key, valid_from)) }} as dbt_scd_id,
        {{ valid_from }} as dbt_updated_at,
        {{ valid_from }} as dbt_valid_from,
        _valid_to as dbt_valid_to
    from followed
    where _valid_to is null or {{ valid_from }} < _valid_to
{%- endmacro %}

{#- Without its load time, a row that comes again is the same record. -#}
{% macro rejects(tested) -%}
    {%- set names = adapter.get_columns_in_relation(tested.relation) | map(attribute='name') -%}
    {%- set end_day = invocation_args_dict.get('event_time_end') -%}
    select
        *,
        -- As `larder/quarantine/merge.py` computes it, of the row as Spark writes it.
        left(sha2(concat_ws(char(10), source, resource, payload_json), 256), 16) as record_id,
        {{ "date_sub(date '" ~ (end_day | string)[:10] ~ "', 1)" if end_day else "current_date()" }} as business_date,
        current_timestamp() as first_seen_at
    from (
        select distinct
            '{{ tested.source }}' as source,
            '{{ tested.resource }}' as resource,
            {{ key_json(tested.key) }} as key_json,
            to_json(struct(*), {{ payload_format() }}) as payload_json
        from (
            select * {{ "except (loaded_at)" if 'loaded_at' in names }}
            from {{ tested.relation }}
            where {{ tested.failing }}
        ) as failing
    ) as payloads
{%- endmacro %}

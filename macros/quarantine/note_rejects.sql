{% macro note_rejects(tested) -%}
    {%- if not quarantine_records() -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ": the table quarantine.records, which larder creates, is missing, so rows of " ~ tested.relation
            ~ " that fail cannot be set aside. Build with `larder run`, or run `larder quarantine list` first."
        ) -%}
    {%- endif -%}
    {%- set column = model.test_metadata.kwargs.get('column_name') -%}
    {%- set until = invocation_args_dict.get('event_time_end') -%}
    {%- set merge -%}
        merge into quarantine.records as known
        using (
            select
                *,
                left(sha2(concat_ws(char(10), source, resource, payload_json), 256), 16) as record_id
            from (
                select distinct
                    '{{ tested.source }}' as source,
                    '{{ tested.resource }}' as resource,
                    {{ key_json(tested.key) }} as key_json,
                    to_json(struct(*), {{ payload_format() }}) as payload_json
                from {{ tested.relation }}
                where {{ tested.failing }}
            ) as failing
        ) as arrived
            on known.record_id = arrived.record_id
        when matched and known.state != 'discarded' then update set
            known.rule = '{{ model.test_metadata.name }}',
            known.column_name = {{ "'" ~ column ~ "'" if column else "null" }},
            known.reason = {{ failure_reason() }},
            known.last_seen_at = current_timestamp(),
            known.state = 'open',
            known.closed_at = null,
            known.note = null
        when not matched then insert (
            record_id, source, resource, table_name, key_json, rule, column_name, reason, payload_json,
            run_id, business_date, first_seen_at, last_seen_at, state, closed_at, note
        ) values (
            arrived.record_id, arrived.source, arrived.resource, '{{ tested.relation.schema ~ "." ~ tested.resource }}',
            arrived.key_json, '{{ model.test_metadata.name }}', {{ "'" ~ column ~ "'" if column else "null" }},
            {{ failure_reason() }}, arrived.payload_json, null,
            {{ "date_sub(date '" ~ (until | string)[:10] ~ "', 1)" if until else "current_date()" }},
            current_timestamp(), current_timestamp(), 'open', null, null
        )
    {%- endset -%}
    {%- do run_query(merge) -%}
{%- endmacro %}

{#- A known record that was discarded stays so; any other is open again. -#}
{% macro note_rejects(tested) -%}
    {%- set column = model.test_metadata.kwargs.get('column_name') -%}
    {%- set seen = {
        'table_name': "'" ~ tested.relation.schema ~ "." ~ tested.resource ~ "'",
        'rule': "'" ~ model.test_metadata.name ~ "'",
        'column_name': "'" ~ column ~ "'" if column else "null",
        'reason': failure_reason(),
        'run_id': "null",
        'last_seen_at': "current_timestamp()",
        'state': "'open'",
        'closed_at': "null",
        'note': "null",
    } -%}
    {%- set first_seen = [
        'record_id', 'source', 'resource', 'key_json', 'payload_json', 'business_date', 'first_seen_at'
    ] -%}
    {%- set merge -%}
        merge into {{ quarantine_records() }} as known
        using ({{ rejects(tested) }}) as arrived on known.record_id = arrived.record_id
        when matched and known.state != 'discarded' then update set
            {%- for name, value in seen.items() %}
            known.{{ name }} = {{ value }}{{ "," if not loop.last }}
            {%- endfor %}
        when not matched then insert ({{ (first_seen + seen | list) | join(', ') }})
            values (arrived.{{ first_seen | join(', arrived.') }}, {{ seen.values() | join(', ') }})
    {%- endset -%}
    {%- do run_query(merge) -%}
{%- endmacro %}

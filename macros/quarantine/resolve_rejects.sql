{% macro resolve_rejects(tested) -%}
    {%- if has_open_records(tested) -%}
        {%- set merge -%}
            merge into {{ quarantine_records() }} as records
            using (
                select
                    {{ key_json(tested.key) }} as key_json,
                    {{ "cast(null as timestamp)" if tested.source == 'dbt' else "max(_loaded_at)" }} as loaded_at
                from {{ tested.relation }}
                group by {{ tested.key | join(', ') }}
            ) as present
                on
                    records.state = 'open'
                    and records.source = '{{ tested.source }}'
                    and records.resource = '{{ tested.resource }}'
                    and records.key_json = present.key_json
                    -- Bronze also keeps earlier versions of a key.
                    and coalesce(present.loaded_at > records.last_seen_at, {{ tested.source == 'dbt' }})
            when matched then update set
                records.state = 'resolved',
                records.closed_at = current_timestamp(),
                records.note = 'The table has a row with this key again.'
        {%- endset -%}
        {%- do run_query(merge) -%}
    {%- endif -%}
{%- endmacro %}

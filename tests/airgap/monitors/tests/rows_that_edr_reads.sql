{%- set query -%}
    select
        1 as whole,
        cast(1.5 as double) as fraction,
        'it' as text,
        true as flag,
        cast(null as string) as nothing,
        timestamp_ntz '2017-01-02 03:04:05' as at
{%- endset -%}
{%- set rows = elementary.agate_to_dicts(elementary.run_query(query)) if execute else [] -%}
select '{{ tojson(rows, sort_keys=true) }}' as found
where
    '{{ tojson(rows, sort_keys=true) }}'
    <> '[{"at": "2017-01-02T03:04:05", "flag": true, "fraction": 1.5, "nothing": null, "text": "it", "whole": 1}]'

{#- `larder/runtime/replay_model.py` reads the same format. -#}
{% macro payload_format() -%}
    map(
        'timestampFormat', "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
        'timestampNTZFormat', "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
        'ignoreNullFields', 'false'
    )
{%- endmacro %}

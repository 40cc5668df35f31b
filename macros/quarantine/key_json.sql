{% macro key_json(columns) -%}
    case
        when {{ columns | join(' is not null and ') }} is not null
            then to_json(struct({{ columns | join(', ') }}), {{ payload_format() }})
    end
{%- endmacro %}

{#- The expression is there twice, and Spark computes it once. -#}
{% macro to_usd(expression, column, precision=14, key=[]) -%}
    {%- set type = "decimal(" ~ precision ~ ", 2)" -%}
    {%- set message = ["'" ~ model.name ~ "." ~ column ~ ": an amount is too large for " ~ type ~ "'"] -%}
    {%- for name in key -%}
        {%- do message.append("', " ~ name.split('.') | last ~ " ', " ~ name) -%}
    {%- endfor -%}
    {%- do message.append("'. Correct it at its source.'") -%}
    coalesce(
        try_cast({{ expression }} as {{ type }}),
        if({{ expression }} is null, null, cast(raise_error(concat({{ message | join(', ') }})) as {{ type }}))
    )
{%- endmacro %}

{#- Names, never values: it is shown where the rows are not. -#}
{% macro failure_reason() -%}
    {%- set test, column = model.test_metadata.name, model.test_metadata.kwargs.get('column_name') -%}
    {%- set arguments = model.test_metadata.kwargs.get('arguments') or model.test_metadata.kwargs -%}
    {%- set reason -%}
        {%- if test == 'not_null' -%}
            {{ column }} is null
        {%- elif test == 'accepted_values' -%}
            {{ column }} is not an accepted value
        {%- elif test == 'expression_is_true' -%}
            not as required: {{ (column or '') ~ ' ' if column }}{{ arguments.expression }}
        {%- else -%}
            {{ column or 'the row' }} fails the test {{ test }}
        {%- endif -%}
    {%- endset -%}
    '{{ reason | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro %}

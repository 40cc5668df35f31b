{#- The query of a test often returns values instead of rows, so a condition repeats what the common ones test. -#}
{% macro failing_rows(tested) -%}
    {%- set test, column = model.test_metadata.name, model.test_metadata.kwargs.get('column_name') -%}
    {%- set arguments = model.test_metadata.kwargs.get('arguments') or model.test_metadata.kwargs -%}
    {%- set columns = arguments.get('combination_of_columns', [column]) | join(', ') -%}
    {%- if test == 'not_null' -%}
        {{ column }} is null
    {%- elif test == 'accepted_values' -%}
        {%- set quote = "'" if arguments.get('quote', true) else "" -%}
        {{ column }} not in ({{ quote ~ arguments['values'] | join(quote ~ ", " ~ quote) ~ quote }})
    {%- elif test == 'relationships' -%}
        {%- set others = model.depends_on.nodes | reject('equalto', tested.id) | list -%}
        {%- set other = (graph.nodes.get(others[0]) or graph.sources[others[0]]) if others -%}
        {%- set to = api.Relation.create(schema=other.schema, identifier=other.identifier or other.alias) if others -%}
        {{ column }} is not null
        and {{ column }} not in (
            select {{ arguments.field }} from {{ to or tested.relation }} where {{ arguments.field }} is not null
        )
    {%- elif test == 'expression_is_true' -%}
        not ({{ column or '' }} {{ arguments.expression }})
    {%- elif test in ('unique', 'unique_combination_of_columns') -%}
        ({{ columns }}) in (
            select {{ columns }} from {{ tested.relation }} where {{ tested.where }} group by {{ columns }} having count(*) > 1
        )
    {%- else -%}
        {%- set key = tested.key | join(', ') -%}
        ({{ key }}) in (select {{ key }} from ({{ sql }}) as failing)
    {%- endif -%}
{%- endmacro %}

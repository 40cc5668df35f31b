{% macro tested_table() -%}
    {%- set argument = (model.test_metadata or {}).get('kwargs', {}).get('model', '') -%}
    {%- set found = [] -%}
    {%- for node in graph.sources.values() if "source('" ~ node.source_name ~ "', '" ~ node.name ~ "')" in argument -%}
        {%- do found.append({'node': node, 'source': node.source_name, 'key': node.config.meta.get('unique_key')}) -%}
    {%- endfor -%}
    {%- if model.attached_node and graph.nodes[model.attached_node].config.materialized in ('table', 'incremental') -%}
        {%- set node = graph.nodes[model.attached_node] -%}
        {%- do found.append({'node': node, 'source': 'dbt', 'key': node.config.get('unique_key')}) -%}
    {%- endif -%}
    {%- if not found or not found[0].key -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ": cannot set rows aside, because it does not test a table with a unique_key. Add the key to the "
            ~ "model's config, or to the meta of the source's table, or remove meta.quarantine from the test."
        ) -%}
    {%- endif -%}
    {%- set node, key = found[0].node, found[0].key -%}
    {%- set identifier = node.identifier or node.alias -%}
    {%- set tested = {
        'id': node.unique_id,
        'source': found[0].source,
        'resource': identifier,
        'relation': api.Relation.create(schema=node.schema, identifier=identifier, type='table'),
        'key': [key] if key is string else key,
        'partition_by': node.config.get('partition_by') or [],
        'where': (config.get('where') or 'true') | replace('__tested_from__', tested_from()),
    } -%}
    {%- do tested.update({'failing': "(" ~ tested.where ~ ") and (" ~ failing_rows(tested) ~ ")"}) -%}
    {{ return(tested) }}
{%- endmacro %}

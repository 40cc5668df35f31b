{#- dbt's own commands only add to a snapshot: a full refresh leaves it alone. -#}
{% macro rebuild_snapshot(snapshot) -%}
    {%- set found = graph.nodes.values() | selectattr('resource_type', 'equalto', 'snapshot') | selectattr('name', 'equalto', snapshot) | list -%}
    {%- if not found -%}
        {%- do exceptions.raise_compiler_error("there is no snapshot " ~ snapshot) -%}
    {%- endif -%}
    {%- set node = found | first -%}
    {%- set staging = graph.nodes.get(node.depends_on.nodes | first, {}) -%}
    {%- set rebuildable = node.config.strategy == 'timestamp' and node.config.hard_deletes == 'invalidate' -%}
    {%- if not rebuildable or 'latest_version(' not in staging.get('raw_code', '') -%}
        {%- do exceptions.raise_compiler_error(
            snapshot ~ " cannot be rebuilt: its strategy is not timestamp with hard_deletes invalidate, or it does not read a model that uses latest_version"
        ) -%}
    {%- endif -%}
    {%- set versions = render(staging.raw_code | replace('latest_version(', 'all_versions(')) -%}
    {%- set history = rebuilt_history(versions, node.config.unique_key, node.config.updated_at) -%}
    {%- set target = adapter.get_relation(database=none, schema=node.schema, identifier=node.alias) -%}
    {%- if target is none -%}
        {%- do create_schema(api.Relation.create(schema=node.schema)) -%}
        {%- set properties = [] -%}
        {%- for name, value in (node.config.tblproperties or {}).items() -%}
            {%- do properties.append("'" ~ name ~ "' = '" ~ value ~ "'") -%}
        {%- endfor -%}
        {%- set with_properties = " tblproperties (" ~ properties | join(', ') ~ ")" if properties -%}
        {%- do run_query("create table " ~ node.schema ~ "." ~ node.alias ~ " using iceberg" ~ with_properties ~ " as " ~ history) -%}
    {%- else -%}
        {%- do run_query("create or replace temporary view rebuilt_history as " ~ history) -%}
        {%- set rebuilt = api.Relation.create(identifier='rebuilt_history', type='view') -%}
        {%- do create_columns(target, adapter.get_missing_columns(rebuilt, target)) -%}
        {%- set known = adapter.get_columns_in_relation(rebuilt) | map(attribute='name') | list -%}
        {%- set columns = [] -%}
        {%- for column in adapter.get_columns_in_relation(target) -%}
            {%- do columns.append(column.quoted if column.name in known else "null as " ~ column.quoted) -%}
        {%- endfor -%}
        {#- One commit: readers see the old history or the new one. -#}
        {%- do run_query("insert into " ~ target ~ " replace where true select " ~ columns | join(', ') ~ " from rebuilt_history") -%}
        {%- do run_query("drop view rebuilt_history") -%}
    {%- endif -%}
{%- endmacro %}

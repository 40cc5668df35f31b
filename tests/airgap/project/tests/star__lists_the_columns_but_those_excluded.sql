{#- What the macro writes, without the layout: names in order, quoted, aliases where they are asked for. -#}
{%- set from = ref('stores') -%}
{%- set cases = [
    (dbt_utils.star(from), "`store_id`,`region`"),
    (dbt_utils.star(from, except=['REGION']), "`store_id`"),
    (dbt_utils.star(from, relation_alias='s', quote_identifiers=False), "s.store_id,s.region"),
    (dbt_utils.star(from=from, except=['region'], prefix='a_', suffix='_z'), "`store_id`as`a_store_id_z`"),
    (dbt_utils.star(from, quote_identifiers=False, except=['region'], suffix='_z'), "store_idasstore_id_z"),
] -%}
{%- for written, expected in cases %}
select '{{ written.split() | join }}' as written, '{{ expected }}' as expected
where {{ execute and written.split() | join != expected }}
{{ 'union all' if not loop.last }}
{%- endfor %}

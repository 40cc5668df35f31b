with picked as (
    select {{ dbt_utils.star(from=ref('stores'), except=['REGION']) }} from {{ ref('stores') }}
),

whole as (
    select {{ dbt_utils.star(ref('stores')) }} from {{ ref('stores') }}
)

select to_json(struct(*)) as found from picked where to_json(struct(*)) <> concat('{"store_id":', store_id, '}')
union all
select to_json(struct(*)) as found from whole where to_json(struct(*)) not like '{"store_id":_,"region":"%"}'

select {{ dbt_utils.star(ref('stores'), relation_alias='stores') }} from {{ ref('stores') }} as stores
except
select store_id, region from {{ ref('stores') }}

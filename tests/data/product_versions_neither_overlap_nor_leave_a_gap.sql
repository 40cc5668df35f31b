with versions as (
    select
        product_id,
        dbt_valid_from,
        dbt_valid_to,
        lead(dbt_valid_from) over (partition by product_id order by dbt_valid_from) as next_valid_from
    from {{ ref('snap_shop__products') }}
)

select * from versions
where dbt_valid_from >= dbt_valid_to or not (dbt_valid_to <=> next_valid_from)

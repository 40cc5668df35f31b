select
    record_id,
    resource as table_name,
    try_cast(get_json_object(payload_json, '$.basket_id') as bigint) as basket_id,
    to_date(
        try_cast(
            coalesce(get_json_object(payload_json, '$.sold_date'), get_json_object(payload_json, '$.rung_up_at'))
            as timestamp
        )
    ) as sold_date
from {{ source('quarantine', 'records') }}
where
    resource in ('shop_baskets', 'shop_basket_lines', 'fct_basket_lines')
    and state in ('open', 'discarded')

select *
from values
    (1, 1, 'north', 10, 'bread'),
    (2, 1, 'north', 20, ''),
    (3, 2, 'south', 30, '  '),
    (4, 2, 'south', null, null)
as sales (sale_id, store_id, region, amount, item)

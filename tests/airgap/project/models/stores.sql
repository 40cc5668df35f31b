select *
from values
    (1, 'north'),
    (2, 'south'),
    (3, 'south')
as stores (store_id, region)

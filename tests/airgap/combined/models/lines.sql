select *
from values
    (1, 1, 'completed', 2, date '2017-01-01', 'a'),
    (2, 1, 'completed', 4, date '2017-01-01', null),
    (3, 2, 'voided', 0, date '2017-01-02', 'b'),
    (4, null, 'completed', -1, date '2017-01-03', 'b')
    as sales (sale_id, store_id, status, quantity, sold_date, code)

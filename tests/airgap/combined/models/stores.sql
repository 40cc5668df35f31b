select * from values (1), (2), (3) as stores (store_id)

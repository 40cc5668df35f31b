{{ config(materialized='table') }}

select * from values (7, 'a'), (8, 'b'), (8, 'c') as rows (product_id, product_name)

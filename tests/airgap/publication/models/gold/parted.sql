{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partition_by=[var('partition', 'parity')]) }}
select
    doubled,
    doubled % 4 as parity
from {{ ref('stg_doubles') }}

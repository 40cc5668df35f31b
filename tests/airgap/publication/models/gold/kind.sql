{{ config(materialized=var('kind', 'table')) }}
select count(*) as row_count from {{ ref('merged') }}

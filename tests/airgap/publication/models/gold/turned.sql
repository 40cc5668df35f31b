{{ config(materialized=var('turned', 'view')) }}
select 1 as one

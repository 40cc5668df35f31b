{{ elementary.runs_of('dbt_snapshots') }}

{{ elementary.runs_of('dbt_models') }}

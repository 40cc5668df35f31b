-- edr's dbt project names it. This project sends its alerts itself.
{{ elementary.no_results_query() }}

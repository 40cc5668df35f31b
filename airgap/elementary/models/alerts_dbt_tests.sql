-- edr's dbt project refers to this model. This project sends its alerts itself.
{{ elementary.no_results_query() }}

"""The rules for the dbt project's structure: what may read what, and what each node must declare."""

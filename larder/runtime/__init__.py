"""The runtime of the warehouse: dbt in this process, Prefect's server, Elementary's report."""

{#- A few bad rows do not stop a build. Many mean that the model or its source is wrong, so the test fails. -#}
{% macro divert_failures() -%}
    {%- set tested = tested_table() -%}
    {%- set has_failed = load_result('main').table.rows[0][0] | int > 0 -%}
    {%- if has_failed and not quarantine_records() -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ": the table quarantine.records is missing, so failing rows cannot be set aside. larder creates it: "
            ~ "build with `larder run` once."
        ) -%}
    {%- endif -%}
    {%- if has_failed or has_open_records(tested) -%}
        {%- do take_turn() -%}
        {%- if has_failed -%}
            {%- set counts -%}
                select
                    (select count(*) from {{ tested.relation }} where {{ tested.failing }}) as failing_count,
                    (select count(*) from {{ tested.relation }} where {{ tested.where }}) as tested_count
            {%- endset -%}
            {%- set failing_count, tested_count = run_query(counts).rows[0].values() -%}
            {%- set rows = model.name ~ ": " ~ failing_count ~ " of " ~ tested_count ~ " rows of " ~ tested.relation -%}
            {%- if failing_count > 10 and failing_count > 0.1 * tested_count -%}
                {%- do log(rows ~ " fail, too many to set aside", info=true) -%}
            {%- elif failing_count -%}
                {%- do note_rejects(tested) -%}
                {%- do delete_rejects(tested) -%}
                {%- do log(rows ~ " fail and were set aside in quarantine.records", info=true) -%}
                {%- do retest(failing_count) -%}
            {%- else -%}
                {%- do retest(0) -%}
            {%- endif -%}
        {%- endif -%}
        {%- do resolve_rejects(tested) -%}
        {%- do end_turn() -%}
    {%- endif -%}
{%- endmacro %}

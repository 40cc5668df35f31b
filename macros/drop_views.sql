{% macro drop_views(schema) -%}
    {%- for row in run_query("show views in " ~ schema) if not row['isTemporary'] -%}
        {%- do run_query("drop view " ~ schema ~ "." ~ row['viewName']) -%}
    {%- endfor -%}
{%- endmacro %}

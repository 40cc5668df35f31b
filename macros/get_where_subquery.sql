{% macro get_where_subquery(relation) -%}
    {%- set where = (config.get('where') or '') | replace('__tested_from__', tested_from()) -%}
    {{ "(select * from " ~ relation ~ " where " ~ where ~ ") as tested" if where else relation }}
{%- endmacro %}

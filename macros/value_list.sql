{% macro value_list(query, data_type) -%}
    {%- set literals = ["cast(null as " ~ data_type ~ ")"] -%}
    {%- if execute -%}
        {%- for value in run_query(query).columns[0].values() | sort -%}
            {%- do literals.append("cast('" ~ value ~ "' as " ~ data_type ~ ")") -%}
        {%- endfor -%}
    {%- endif -%}
    ({{ literals | join(", ") }})
{%- endmacro %}

{% macro widen_column(relation, name, type, wanted) -%}
    {%- if wanted != type and not is_wider(type, wanted) -%}
        {%- if is_wider(wanted, type) -%}
            {%- do run_query("alter table " ~ relation ~ " alter column " ~ adapter.quote(name) ~ " type " ~ wanted) -%}
        {%- else -%}
            {%- do exceptions.raise_compiler_error(
                relation ~ ": the type of " ~ name ~ " becomes " ~ wanted ~ " and is published as " ~ type ~ ". Readers would "
                ~ "see that before the build is tested: give the column another name, or build once with "
                ~ "LARDER_PUBLICATION=off and --full-refresh."
            ) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

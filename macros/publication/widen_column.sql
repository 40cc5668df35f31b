{% macro widen_column(relation, name, type, wanted) -%}
    {%- set widenings = {'int': ['bigint'], 'float': ['double']} -%}
    {%- if wanted != type -%}
        {%- if wanted in widenings.get(type, []) or type.startswith('decimal') and wanted.startswith('decimal')
            and type.split(',')[1] == wanted.split(',')[1] and type | length <= wanted | length and type < wanted -%}
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

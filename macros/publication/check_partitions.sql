{#- Iceberg would keep the old partitions of main, and apply the new ones to what every later writer adds. -#}
{% macro check_partitions(relation) -%}
    {%- set wanted = config.get('partition_by') or [] -%}
    {%- set wanted = [wanted] if wanted is string else wanted -%}
    {%- set described = run_query("describe " ~ relation ~ ".partitions").rows -%}
    {%- set partition = described | selectattr(0, 'equalto', 'partition') | map(attribute=1) | first | default('') -%}
    {%- set current = modules.re.findall('(\w+):', partition) -%}
    {%- if current != wanted -%}
        {%- do exceptions.raise_compiler_error(
            relation ~ " is partitioned by " ~ (current | join(', ') or 'nothing') ~ ", and its model by "
            ~ (wanted | join(', ') or 'nothing') ~ ". Build once with LARDER_PUBLICATION=off and --full-refresh."
        ) -%}
    {%- endif -%}
{%- endmacro %}

{% materialization test, default %}
    {%- set result = elementary.materialization_test_default() -%}
    {#- A developer's tables are tested, but only production's have a quarantine. -#}
    {%- if (config.get('meta') or {}).get('quarantine') and target.name in ('local', 'cluster') -%}
        {%- do divert_failures() -%}
    {%- endif -%}
    {{ return(result) }}
{% endmaterialization %}

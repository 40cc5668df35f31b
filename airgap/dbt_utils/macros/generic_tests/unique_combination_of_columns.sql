{% test unique_combination_of_columns(model, combination_of_columns, quote_columns=false) %}
    {%- set names = [] %}
    {%- for name in combination_of_columns %}{% do names.append(adapter.quote(name) if quote_columns else name) %}{% endfor %}
    select {{ names | join(', ') }}
    from {{ model }}
    group by {{ names | join(', ') }}
    having count(*) > 1
{% endtest %}

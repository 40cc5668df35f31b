{% test relationships_where(model, column_name, to, field, from_condition="1=1", to_condition="1=1") %}
    select child.{{ column_name }}
    from (select {{ column_name }} from {{ model }} where {{ from_condition }}) as child
    left anti join (select {{ field }} from {{ to }} where {{ to_condition }}) as parent
        on child.{{ column_name }} = parent.{{ field }}
    where child.{{ column_name }} is not null
{% endtest %}

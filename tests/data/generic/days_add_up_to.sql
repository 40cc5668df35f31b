{#- A mart's daily figures equal the sums of the fact's completed rows, for the days that the run may have changed. -#}
{% test days_add_up_to(model, fact, count_column) %}
    {% set window = "sold_date >= " ~ tested_from() %}
    {% set sums = ['quantity', 'gross_sales_usd', 'net_sales_usd'] %}

    with facts as (
        select
            sold_date,
            count(*) as {{ count_column }},
            {% for column in sums %}
                sum({{ column }}) as {{ column }}{{ "," if not loop.last }}
            {% endfor %}
        from {{ fact }}
        where not is_voided and {{ window }}
        group by sold_date
    ),

    days as (
        select
            sold_date,
            sum({{ count_column }}) as {{ count_column }},
            {% for column in sums %}
                sum({{ column }}) as {{ column }}{{ "," if not loop.last }}
            {% endfor %}
        from {{ model }}
        where {{ window }}
        group by sold_date
        having sum({{ count_column }}) > 0
    )

    select
        coalesce(facts.sold_date, days.sold_date) as sold_date,
        facts.net_sales_usd as fact_net_sales_usd,
        days.net_sales_usd as daily_net_sales_usd
    from facts
    full outer join days on facts.sold_date = days.sold_date
    where
        not facts.{{ count_column }} <=> days.{{ count_column }}
        {% for column in sums %}
            or not facts.{{ column }} <=> days.{{ column }}
        {% endfor %}
{% endtest %}

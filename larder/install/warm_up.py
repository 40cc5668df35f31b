"""Run typical statements of dbt on Spark, so that Java can archive the classes that they load.

LARDER_HOME=<scratch folder> python -m larder.install.warm_up
"""

from larder.spark.session import session

_STATEMENTS = (
    "create namespace warm_up",
    "create table warm_up.numbers using iceberg as select id, cast(id as string) as name from range(1000)",
    "create or replace temporary view news as select id, 'new' as name from range(500, 1500)",
    "merge into warm_up.numbers as numbers using news on numbers.id = news.id "
    "when matched then update set * when not matched then insert *",
    "select name, count(*) as row_count from warm_up.numbers group by name order by row_count desc",
    "describe extended warm_up.numbers",
)


def warm_up() -> None:
    """Run the statements. Java writes the archive after this process has ended."""
    spark = session()
    for statement in _STATEMENTS:
        spark.sql(statement).collect()
    spark.stop()


if __name__ == "__main__":
    warm_up()

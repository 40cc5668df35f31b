"""Run the current business date as `larder run` does, without the report and with fewer data tests.

python -m tests.kills.run_date
"""

from unittest import mock

from larder.runtime import build_plan, environment


def main() -> None:
    """Run the date; an error ends the process."""
    environment.prepare()
    from larder.runtime import prefect_server  # noqa: PLC0415 only once Prefect's environment is set

    excluded = (*build_plan.EXCLUDED, "test_type:generic")
    with prefect_server.connected(), mock.patch.object(build_plan, "EXCLUDED", excluded):
        from flows.daily import daily  # noqa: PLC0415 Prefect reads its API's address when it is imported

        daily(with_report=False)


if __name__ == "__main__":
    main()

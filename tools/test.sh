#!/bin/sh
# Runs all tests in two lanes at once: the end-to-end tests, and beside them the unit tests and after these the tests
# of landing, whose output is shown at the end. Fails if any of them fails.
set -u
landing="tests/unit/test_bad_input.py $(echo tests/unit/test_landing_*.py)"
others=$(for file in $landing; do echo "--ignore=$file"; done)
output=$(mktemp)

# A process of its own for each, as their tests change its environment in different ways.
unit_tests() {
    unit_code=0
    # shellcheck disable=SC2086 # several words
    .venv/bin/pytest --durations=15 tests/unit $others || unit_code=$?
    # shellcheck disable=SC2086 # several words
    .venv/bin/pytest --durations=8 $landing && [ "$unit_code" -eq 0 ]
}

unit_tests >"$output" 2>&1 &
unit=$!
# Without job control, its children are in this process's group and are ended one by one.
trap 'pkill -P "$unit" 2>/dev/null; kill "$unit" 2>/dev/null; rm -f "$output"' EXIT
trap 'cat "$output"; exit 130' INT TERM

echo "The unit tests run beside the end-to-end tests; their output follows at the end."
end_to_end_code=0
.venv/bin/pytest --durations=8 tests/e2e || end_to_end_code=$?
unit_code=0
wait "$unit" || unit_code=$?
cat "$output"
[ "$end_to_end_code" -eq 0 ] && [ "$unit_code" -eq 0 ]

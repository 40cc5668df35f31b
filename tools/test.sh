#!/bin/sh
# Runs all tests in two lanes at once: the end-to-end tests, which spend much of their time waiting, and after them the
# tests of landing; beside them the other unit tests, whose output is shown at the end. Fails if any of them fails.
set -u
landing="tests/unit/test_bad_input.py $(echo tests/unit/test_landing_*.py)"
others=$(for file in $landing; do echo "--ignore=$file"; done)
output=$(mktemp)
# shellcheck disable=SC2086 # several words
.venv/bin/pytest --durations=15 tests/unit $others >"$output" 2>&1 &
unit=$!
trap 'kill "$unit" 2>/dev/null; rm -f "$output"' EXIT
trap 'exit 130' INT TERM

echo "The unit tests run beside the end-to-end tests; the output of most follows at the end."
end_to_end_code=0
.venv/bin/pytest --durations=8 tests/e2e || end_to_end_code=$?
landing_code=0
# shellcheck disable=SC2086 # several words
.venv/bin/pytest --durations=8 $landing || landing_code=$?
unit_code=0
wait "$unit" || unit_code=$?
cat "$output"
[ "$end_to_end_code" -eq 0 ] && [ "$landing_code" -eq 0 ] && [ "$unit_code" -eq 0 ]

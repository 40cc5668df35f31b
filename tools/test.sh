#!/bin/sh
# Runs the unit tests in parallel with the end-to-end tests, which spend much of their time waiting. The output of the
# end-to-end tests is shown as they run, that of the unit tests at the end. Fails if either fails.
set -u
output=$(mktemp)
.venv/bin/pytest tests/unit >"$output" 2>&1 &
unit=$!
trap 'kill "$unit" 2>/dev/null; rm -f "$output"' EXIT
trap 'exit 130' INT TERM

echo "The unit tests run in parallel with the end-to-end tests; their output follows at the end."
end_to_end_code=0
.venv/bin/pytest tests/e2e || end_to_end_code=$?
unit_code=0
wait "$unit" || unit_code=$?
cat "$output"
[ "$end_to_end_code" -eq 0 ] && [ "$unit_code" -eq 0 ]

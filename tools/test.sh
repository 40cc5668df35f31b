#!/bin/sh
# All tests: the unit tests beside the end-to-end ones, which wait much of their time. The latter are shown as they run,
# the former in full at the end; either fails the whole.
set -u
told=$(mktemp)
.venv/bin/pytest tests/unit >"$told" 2>&1 &
unit=$!
trap 'kill "$unit" 2>/dev/null; rm -f "$told"' EXIT
trap 'exit 130' INT TERM

echo "The unit tests run beside the end-to-end tests; their output follows at the end."
end_to_end_code=0
.venv/bin/pytest tests/e2e || end_to_end_code=$?
unit_code=0
wait "$unit" || unit_code=$?
cat "$told"
[ "$end_to_end_code" -eq 0 ] && [ "$unit_code" -eq 0 ]

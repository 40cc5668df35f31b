#!/bin/sh
# Prints the Python for the environment: $PYTHON, else the first of 3.11 to 3.13 on PATH.
set -eu

for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python; do
    path=$(command -v "$candidate") || continue
    if "$path" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
        # A version manager's shim on PATH may choose another Python in another folder; the executable does not.
        exec "$path" -c 'import sys; print(sys.executable)'
    fi
done
echo "error: no Python 3.11, 3.12 or 3.13 on PATH: install one, or name it: make setup PYTHON=/path/to/python" >&2
exit 1

#!/bin/sh
# Checks the pinned packages for known vulnerabilities, with PyPI or the service that pip-audit's variables name.
# If the service does not answer or does not know a package, that is a failure, because the package was not checked.
set -eu
cd "$(dirname "$0")/.."
output=$(mktemp)
trap 'rm -f "$output"' EXIT

code=0
.audit/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
    --requirement requirements/runtime.txt --requirement requirements/dev.txt 2>"$output" || code=$?
if [ "$code" -eq 0 ]; then
    echo "No known vulnerability in requirements/runtime.txt and requirements/dev.txt."
elif grep -q '^Found .* known vulnerabilit' "$output"; then
    echo "error: $(grep '^Found ' "$output"): pin a version without them, see 'Dependencies' in CONTRIBUTING.md" >&2
    exit 1
else
    reason=$(tail -n 1 "$output" | cut -c 1-300)
    echo "error: the packages were not audited: ${reason:-pip-audit gave no reason}; check the network, or name a" \
        "service that answers in PIP_AUDIT_VULNERABILITY_SERVICE and PIP_AUDIT_OSV_URL" >&2
    exit 2
fi

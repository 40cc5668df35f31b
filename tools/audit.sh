#!/bin/sh
# The pinned packages against the list of known vulnerabilities that PyPI serves, or that pip-audit's own variables name.
# A package that the list does not have, or a list that does not answer, is a failure: nothing was found out then.
set -eu
cd "$(dirname "$0")/.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

code=0
.audit/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
    --requirement requirements/runtime.txt --requirement requirements/dev.txt 2>"$said" || code=$?
if [ "$code" -eq 0 ]; then
    echo "No known vulnerability in requirements/runtime.txt and requirements/dev.txt."
elif grep -q '^Found .* known vulnerabilit' "$said"; then
    echo "error: $(grep '^Found ' "$said"): pin a version without them, see 'Dependencies' in CONTRIBUTING.md" >&2
    exit 1
else
    reason=$(tail -n 1 "$said" | cut -c 1-300)
    echo "error: the packages were not audited: ${reason:-pip-audit gave no reason}; check the network, or name a" \
        "service that answers in PIP_AUDIT_VULNERABILITY_SERVICE and PIP_AUDIT_OSV_URL" >&2
    exit 2
fi

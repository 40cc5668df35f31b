#!/bin/sh
# sqlfluff, on the SQL that dbt renders where there are no tables yet: some macros ask what a table holds, and what is
# linted must not depend on that.
set -eu
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
LARDER_HOME="$home" .venv/bin/sqlfluff "$@"

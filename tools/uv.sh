#!/bin/sh
# Runs uv: the one on PATH, else this project's own in .uv, fetched from the Python package index.
set -eu
cd "$(dirname "$0")/.."

fetch() {
    python=$(sh tools/python.sh)
    echo "Fetching uv ..." >&2
    rm -rf .uv
    if "$python" -m pip --version >/dev/null 2>&1; then
        set -- "$python" -m pip install --target .uv
    elif "$python" -m venv .uv >/dev/null 2>&1; then
        set -- .uv/bin/python -m pip install
    else
        rm -rf .uv
        echo "error: no uv on PATH, and $python has neither pip nor venv (on Debian: apt install python3-venv)" >&2
        return 1
    fi
    if ! "$@" --quiet --require-hashes --requirement requirements/uv.txt >&2; then
        rm -rf .uv
        echo "error: uv could not be fetched: the lines above say why; fix that and run make again" >&2
        return 1
    fi
}

# Use the machine's Python. uv uses the same mirror as pip.
export UV_PYTHON_DOWNLOADS=never PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1
if [ -n "${PIP_INDEX_URL:-}" ]; then
    export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"
fi
if command -v uv >/dev/null; then
    exec uv "$@"
fi
[ -x .uv/bin/uv ] || fetch
exec .uv/bin/uv "$@"

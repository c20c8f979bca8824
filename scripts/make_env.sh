#!/usr/bin/env bash
# Makes .venv from requirements/dev.txt, every file checked against its hash. Quick when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."

find_python() {
    local name
    for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
        [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Homeward needs Python 3.11, 3.12 or 3.13; found: $(python3 --version 2>/dev/null || echo none). Install one, or set PYTHON=/path/to/python." >&2
    exit 1
}

python=$(find_python)
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    rm -rf .venv
    "$python" -m venv .venv 2>/dev/null || {
        rm -rf .venv
        echo "$python cannot make a virtual environment: install its venv package (Debian: apt-get install python3-venv)." >&2
        exit 1
    }
fi

echo "Installing Homeward's packages (about a minute the first time)"
if ! log=$(.venv/bin/python -m pip install --disable-pip-version-check --no-input --quiet \
    --require-hashes --prefer-binary -r requirements/dev.txt 2>&1); then
    printf "%s\n" "$log" | grep -v ^WARNING | cut -c1-300 | tail -n 8 >&2
    echo "The packages could not be installed; the lines above say why." >&2
    exit 1
fi

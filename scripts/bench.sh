#!/usr/bin/env bash
# Runs the measuring programs of bench/ one after another; each prints its own table. `make bench ONLY=orders`;
# ONLY takes several names. KEEP=1 keeps the engine's results under bench/results by commit.
set -euo pipefail
cd "$(dirname "$0")/.."
found=0
for program in bench/*.py; do
    name=$(basename "$program" .py)
    case "$name" in __init__ | _*) continue ;; esac
    if [ -n "${ONLY:-}" ] && [[ " $ONLY " != *" $name "* ]]; then continue; fi
    found=1
    echo "== bench/$name"
    words=()
    if [ -n "${KEEP:-}" ] && grep -q '"--keep"' "$program"; then words=(--keep); fi
    .venv/bin/python -m "bench.$name" ${words[@]+"${words[@]}"}
done
if [ "$found" = 0 ]; then
    echo "No such measurement: ${ONLY:-bench/ is empty}" >&2
    exit 1
fi

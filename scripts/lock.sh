#!/usr/bin/env bash
# Resolves pyproject.toml for Python 3.11 to 3.13 on every platform and writes every hash down.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "Locking needs uv: pip install uv." >&2; exit 1; }
lock=(uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate)
"${lock[@]}" pyproject.toml -o requirements/base.txt
"${lock[@]}" --group dev pyproject.toml -o requirements/dev.txt
"${lock[@]}" --group bench -c requirements/dev.txt pyproject.toml -o requirements/bench.txt

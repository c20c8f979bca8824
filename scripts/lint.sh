#!/usr/bin/env bash
# Every check that reads code without running the house: style, types, imports, templates, migrations, deployment.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

failed=()
check() {
    local name=$1 log started=$SECONDS
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        printf '  ok    %-20s %3d s\n' "$name" $((SECONDS - started))
    else
        printf '  FAILS %-20s %3d s\n' "$name" $((SECONDS - started))
        cat "$log"
        failed+=("$name")
    fi
    rm -f "$log"
}

# Settings as a real installation has them, with keys that live for this check only.
deploy_check() {
    env DEBUG=off BASE_URL=https://shop.example BEHIND_PROXY=on \
        SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        SEAL_KEYS="$(python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')" \
        python manage.py check --deploy --fail-level WARNING
}

templates() {
    find templates -name '*.html' -print0 2>/dev/null | xargs -0 -r djade --check --target-version 5.2
}

check "ruff" ruff check .
check "ruff format" ruff format --check .
check "mypy" mypy .
check "import contracts" lint-imports
check "templates" templates
check "migrations" python manage.py makemigrations --check --dry-run
check "deploy check" deploy_check

if [ ${#failed[@]} -gt 0 ]; then
    echo "Lint found something in: ${failed[*]}" >&2
    exit 1
fi

#!/bin/sh
# The one table of Homeward's processes: `scripts/run.sh <name>`. The demo and the containers start the same lines.
# Each reads its settings from the environment (.env.example) and becomes the program, so signals reach it.
set -eu
cd "$(dirname "$0")/.."
[ -d .venv/bin ] && PATH="$PWD/.venv/bin:$PATH" && export PATH

case "${1:-}" in
    release) python manage.py migrate --no-input && exec python manage.py grant_app_role ;;
    web) exec gunicorn -c config/gunicorn.py ;;
    events) exec uvicorn config.events_server:app --host "${EVENTS_HOST:-127.0.0.1}" --port "${EVENTS_PORT:-8001}" \
        --no-access-log --timeout-graceful-shutdown 3 --log-level warning ;;
    worker) exec celery -A config worker --queues "${WORKER_QUEUES:-dispatch,money,default}" \
        --concurrency "${WORKER_CONCURRENCY:-2}" --without-gossip --without-mingle --loglevel "${CELERY_LOG_LEVEL:-warning}" ;;
    beat) exec celery -A config beat --pidfile= --loglevel "${CELERY_LOG_LEVEL:-warning}" ;;
    day) exec python manage.py simulate_demo_day ;;
    *)
        echo "usage: scripts/run.sh release|web|events|worker|beat|day" >&2
        exit 2
        ;;
esac

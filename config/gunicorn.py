"""The web process: a few workers with threads. Read by `gunicorn -c config/gunicorn.py`."""

import os
from pathlib import Path
from threading import Thread
from typing import Any

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
wsgi_app = "config.wsgi:application"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "24"))  # shared out by config.admission, most of them kept for work
timeout = 30
graceful_timeout = 20
keepalive = 5
max_requests = 20_000  # a slow leak somewhere is a restart, not an outage
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a heartbeat file must not wait for a disk
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
accesslog = os.environ.get("ACCESS_LOG") or None
errorlog = "-"
control_socket_disable = True  # an administrator's socket in the home folder: nobody uses it, and there may be no home


def post_worker_init(_worker: Any) -> None:
    """Read the table of ZIP codes beside the first requests, so that nobody who types a place waits for it."""
    from providers.geocoding.zips import read_table  # noqa: PLC0415  once the worker has its application

    Thread(target=read_table, daemon=True).start()

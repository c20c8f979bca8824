"""The web process, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from config.admission import THREADS, Admission
from config.safety import refuse_exposed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
handler = get_wsgi_application()
from common.http import PlainRequest  # noqa: E402  # needs the settings, which the line above has read

handler.request_class = PlainRequest
application = Admission(handler, threads=int(os.environ.get("WEB_THREADS", THREADS)))
refuse_exposed()

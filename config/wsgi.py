"""The web process, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from config.admission import THREADS, Admission
from config.safety import refuse_exposed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = Admission(get_wsgi_application(), threads=int(os.environ.get("WEB_THREADS", THREADS)))
refuse_exposed()

"""The web process, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from config.safety import refuse_exposed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
refuse_exposed()

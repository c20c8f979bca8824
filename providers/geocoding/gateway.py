"""The geocoder this installation uses."""

import json
from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from providers.geocoding.base import Geocoding


def gateway() -> Geocoding:
    """Return the geocoder that `GEOCODING_PROVIDER` names, made with `GEOCODING_OPTIONS`; one for each process."""
    return _made(settings.GEOCODING_PROVIDER, json.dumps(settings.GEOCODING_OPTIONS, sort_keys=True, default=str))


@lru_cache(maxsize=8)  # by name and options, so that settings changed in a test take effect
def _made(provider: str, options: str) -> Geocoding:
    geocoding: Geocoding = import_string(provider)(**json.loads(options))
    return geocoding

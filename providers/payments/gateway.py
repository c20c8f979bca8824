"""The card gateway this installation uses."""

import json
from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from providers.payments.base import Payments


def gateway() -> Payments:
    """Return the gateway that `PAYMENTS_PROVIDER` names, made with `PAYMENTS_OPTIONS`; one for each process."""
    return _made(settings.PAYMENTS_PROVIDER, json.dumps(settings.PAYMENTS_OPTIONS, sort_keys=True, default=str))


@lru_cache(maxsize=8)  # by name and options, so that settings changed in a test take effect
def _made(provider: str, options: str) -> Payments:
    payments: Payments = import_string(provider)(**json.loads(options))
    return payments

"""The ledger: append-only double entry, the one record of who owes whom."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Names the app."""

    name = "ledger"
    verbose_name = "Ledger"

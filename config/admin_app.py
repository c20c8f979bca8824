"""The admin app, with our own site as the one that apps register with."""

from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig

APPS = ("accounts", "stores", "drivers", "orders", "payouts", "dispatch")


class DeskAdminConfig(SimpleAdminConfig):
    """Registers our own apps with the store desk; what others bring (groups, sessions, authenticators) stays out."""

    default_site = "config.admin_site.DeskSite"

    def ready(self) -> None:
        """Read the admin module of each of our apps."""
        super().ready()
        for app in APPS:
            import_module(f"{app}.admin")

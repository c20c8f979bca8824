"""The admin app, with our own site as the one that apps register with."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """Finds each app's admin module and registers it with the store desk."""

    default_site = "config.admin_site.DeskSite"

"""People in the admin, for head office. Passwords are set by their owners, never here."""

from django.contrib import admin

from accounts.models import User
from common.desk_admin import KeptAdmin


@admin.register(User)
class UserAdmin(KeptAdmin):
    """Everybody with an account, and which doors are open to them."""

    list_display = ("name", "email", "is_active", "is_staff", "is_operator", "is_superuser")
    list_filter = ("is_staff", "is_operator", "is_superuser", "is_active")
    search_fields = ("name", "email")
    fields = (
        "name",
        "email",
        "phone",
        "is_active",
        "is_staff",
        "is_operator",
        "is_superuser",
        "last_login",
        "date_joined",
    )
    readonly_fields = ("last_login", "date_joined")
    ordering = ("name", "pk")

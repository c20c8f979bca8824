"""The one admin site: the store desk for staff, everything for head office. People sign in as on every page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.sites import UnfoldAdminSite

from common.clock import zone_of
from stores.scoped import desk


class DeskSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    """Homeward's admin: open to who works in a store, and to head office."""

    site_title = "Homeward"
    index_title = "Today"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may come in: active staff with a store, or head office."""
        if not (request.user.is_active and request.user.is_staff):
            return False
        held = desk(request)
        return held.is_head_office or bool(held.roles)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send strangers to the sign-in page everybody uses; say no to who is signed in and has no business here."""
        if request.user.is_authenticated:
            if not self.has_permission(request):
                raise PermissionDenied
            return redirect("admin:index")
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign out where everybody does."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Change the password where everybody does."""
        return redirect("account_change_password")

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Show times on the stock pages by the clock of the store, not by the server's."""
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def by_local_clock(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with timezone.override(zone_of(desk(request).timezone)):
                answer: HttpResponse = guarded(request, *args, **kwargs)
                # Lazy answers are drawn here, while the clock is set.
                return answer.render() if isinstance(answer, TemplateResponse) else answer

        return by_local_clock

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The first page: a store's day."""
        from dispatch.views.staff.today import today  # noqa: PLC0415  views need the apps

        return today(request)  # type: ignore[arg-type]  # admin_view lets nobody in without an account

    def extra_urls(self) -> list[URLPattern]:
        """The desk's own pages, behind the same door as every page of the admin."""
        # Views need the apps, and the apps load after the admin site.
        from dispatch.staff_urls import staff as with_drivers  # noqa: PLC0415
        from orders.staff_urls import staff as with_orders  # noqa: PLC0415

        pages = [*with_orders, *with_drivers]
        return [path(str(one.pattern), self.admin_view(one.callback), name=one.name) for one in pages]

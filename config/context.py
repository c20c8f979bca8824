"""What every page may show."""

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from drivers.models import Driver, FirmMember


def site(request: HttpRequest) -> dict[str, Any]:
    """Addresses that pages need to reach the live events and the base map."""
    return {"events_url": settings.EVENTS_URL, "basemap_url": settings.BASEMAP_URL, "is_demo": settings.DEBUG}


def roles(request: HttpRequest) -> dict[str, Any]:
    """What the person signed in is beside a shopper: "driver", "firm". Asked once, and only by pages that show it."""
    return {"roles": SimpleLazyObject(lambda: roles_of(request.user.pk))}


def roles_of(user_id: int | None) -> frozenset[str]:
    """The roles of one person, in one query; nobody has none."""
    drives = Driver.objects.filter(user=OuterRef("pk"), firm__isnull=False)
    works = FirmMember.objects.filter(user=OuterRef("pk"))
    people = User.objects.filter(pk=user_id).values_list(Exists(drives), Exists(works)) if user_id else []
    return frozenset(role for held in people for role, holds in zip(("driver", "firm"), held, strict=True) if holds)

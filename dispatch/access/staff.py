"""The only road from an id in a staff request to a driver's stop: at own stores only, else 404."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.models import User
from dispatch.models import Stop
from drivers.models import Van
from stores.access import desk_of


def van_at_desk(user: User, public_id: UUID) -> Van:
    """A van of a store this person works in."""
    return get_object_or_404(
        desk_of(user).scope(Van.objects.select_related("store__market"), "store_id"), public_id=public_id
    )


def stop_at_desk(user: User, public_id: UUID) -> Stop:
    """A stop at a store this person works in: a pick-up, or bags coming back."""
    stops = Stop.objects.exclude(kind=Stop.Kind.DROP).select_related("delivery__order__store")
    return get_object_or_404(desk_of(user).scope(stops, "delivery__store_id"), public_id=public_id)

"""The only road from an id in a staff request to a driver's stop: at own stores only, else 404."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.models import User
from dispatch.models import Stop
from stores.access import desk_of


def stop_at_desk(user: User, public_id: UUID) -> Stop:
    """A stop at a store this person works in: a pick-up, or bags coming back."""
    stops = Stop.objects.exclude(kind=Stop.Kind.DROP).select_related("delivery__order__store")
    return get_object_or_404(desk_of(user).scope(stops, "delivery__store_id"), public_id=public_id)

"""The only road from an id in a request to what operations sees; who may come here at all is the views' guard."""

from collections.abc import Sequence
from uuid import UUID

from django.shortcuts import get_object_or_404

from dispatch.models import Alarm, Delivery
from drivers.models import Trip
from stores.models import Market, Store


def delivery_of(public_id: UUID) -> Delivery:
    """A delivery of any market."""
    rows = Delivery.objects.select_related(
        "order",
        "store",
        "market__ladder",
        "claimed_run__driver__vehicle",
        "claimed_run__driver__user",
        "claimed_run__trip",
    )
    return get_object_or_404(rows, public_id=public_id)


def trip_of(public_id: UUID) -> Trip:
    """A trip of any driver."""
    return get_object_or_404(Trip, public_id=public_id)


def alarm_of(public_id: UUID) -> Alarm:
    """An alarm of any market."""
    return get_object_or_404(Alarm, public_id=public_id)


def market_of(code: str) -> Market:
    """A market by its code."""
    return get_object_or_404(Market, code=code)


def store_of(public_id: UUID) -> Store:
    """A store of any market."""
    return get_object_or_404(Store, public_id=public_id)


def chosen_market(markets: Sequence[Market], code: str) -> Market:
    """The market that a page is about: the one named, or the first; 404 where there is none."""
    if not code and markets:
        return markets[0]
    return next((market for market in markets if market.code == code), None) or market_of(code)

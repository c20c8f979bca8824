"""Stopping a market or a store for a while, with a reason people are told, and going on again."""

from datetime import datetime

from django.db import transaction

from common.errors import InvalidInput
from events.actions.record import record
from events.models import StatusChange
from stores.models import Market, Store

PAUSED, OPEN = "paused", "open"


@transaction.atomic(durable=True)
def pause_market(*, market_id: int, by: str, reason: str, now: datetime) -> Market:
    """Stop matching in a market: nothing new is offered there. What is claimed goes on.

    Pausing twice keeps the first reason.

    Raises:
        InvalidInput: no reason was given.
    """
    market = Market.objects.select_for_update(no_key=True).get(pk=market_id)
    _pause(market, by=by, reason=reason, now=now)
    return market


@transaction.atomic(durable=True)
def resume_market(*, market_id: int, by: str, now: datetime) -> Market:
    """Let a market be matched again."""
    market = Market.objects.select_for_update(no_key=True).get(pk=market_id)
    _resume(market, by=by, now=now)
    return market


@transaction.atomic(durable=True)
def pause_store(*, store_id: int, by: str, reason: str, now: datetime) -> Store:
    """Stop a store: no order is taken there and nothing from it is offered. Pausing twice keeps the first reason.

    Raises:
        InvalidInput: no reason was given.
    """
    store = Store.objects.select_for_update(no_key=True).get(pk=store_id)
    _pause(store, by=by, reason=reason, now=now)
    return store


@transaction.atomic(durable=True)
def resume_store(*, store_id: int, by: str, now: datetime) -> Store:
    """Let a store go on."""
    store = Store.objects.select_for_update(no_key=True).get(pk=store_id)
    _resume(store, by=by, now=now)
    return store


def _pause(place: Market | Store, *, by: str, reason: str, now: datetime) -> None:
    if not reason.strip():
        raise InvalidInput("Say why, so that others know when to go on.")
    if place.is_paused:
        return
    place.is_paused, place.paused_reason = True, reason.strip()[:200]
    place.save(update_fields=["is_paused", "paused_reason"])
    _note(place, OPEN, PAUSED, by=by, reason=place.paused_reason, now=now)


def _resume(place: Market | Store, *, by: str, now: datetime) -> None:
    if not place.is_paused:
        return
    reason, place.is_paused, place.paused_reason = place.paused_reason, False, ""
    place.save(update_fields=["is_paused", "paused_reason"])
    _note(place, PAUSED, OPEN, by=by, reason=f"Was paused: {reason}", now=now)


def _note(place: Market | Store, came_from: str, to: str, *, by: str, reason: str, now: datetime) -> None:
    kind = str(place._meta.model_name)
    StatusChange.objects.create(
        kind=kind, object_id=place.pk, from_status=came_from, to_status=to, at=now, actor=by, reason=reason[:300]
    )
    if isinstance(place, Market):
        record(f"market.{'paused' if place.is_paused else 'resumed'}", at=now, market_id=place.pk)
    else:
        record(f"store.{'paused' if place.is_paused else 'resumed'}", at=now, store_id=place.pk)

"""An offer as a document: what the driver is shown, in one place, with a digest over all of it. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from common.geo import Point
from dispatch.models import Delivery, Offer, OfferItem
from dispatch.terms.draft import Draft
from dispatch.terms.journey import shown_point
from dispatch.terms.paths import added_parts, drawn
from dispatch.terms.pay import detour_cents, per_added_hour
from payouts.quote import PayQuote
from stores.models.catalogue import ColdClass

VERSION = 1
LETTERS = "ABCDEFGHIJKLMNOP"
COLDEST = [ColdClass.AMBIENT, ColdClass.CHILLED, ColdClass.FROZEN]
SEALED_COLUMNS = (
    *("kind", "added_seconds", "added_metres", "base_cents", "detour_cents", "handling_cents", "raise_cents"),
    *("floor_cents", "pay_cents", "tip_cents", "tip_is_authorised", "rule_pack", "engine_version", "routing_version"),
)


def offer_of(draft: Draft, *, made_at: datetime, expires_at: datetime) -> tuple[Offer, list[OfferItem]]:
    """Make the rows of a draft, unsaved: all amounts as columns, all that is shown as the snapshot, and the digest."""
    whole, tip_cents = draft.quote.whole, sum(one.tip_cents for one in draft.deliveries)
    offer = Offer(
        public_id=draft.public_id,
        market=draft.rates.market,
        driver=draft.trip.driver,
        trip=draft.trip,
        run=draft.joins.run if draft.joins else None,
        kind=draft.kind,
        made_at=made_at,
        expires_at=expires_at,
        added_seconds=draft.journey.added_seconds,
        added_metres=draft.journey.added_metres,
        tip_cents=tip_cents,
        tip_is_authorised=all(one.tip_is_authorised for one in draft.deliveries),
        rule_pack=draft.rates.pack.version,
        engine_version=draft.rates.engine_version,
        routing_version=f"{draft.roads.name} {draft.roads.version}"[:60],
        **amounts(whole),
    )
    items = [
        OfferItem(offer=offer, delivery=one, pay_cents=share.total_cents, tip_cents=one.tip_cents, raises=one.raises)
        for one, share in zip(draft.deliveries, draft.quote.shares, strict=True)
    ]
    offer.snapshot = document(draft, offer)
    offer.digest = digest_of(offer, [(str(item.delivery.public_id), item) for item in items])
    return offer, items


def amounts(quote: PayQuote) -> dict[str, int]:
    """Pay in the parts that a driver sees."""
    return {
        "base_cents": quote.base_cents,
        "detour_cents": detour_cents(quote),
        "handling_cents": quote.handling_cents,
        "raise_cents": quote.raise_cents,
        "floor_cents": quote.floor_topup_cents,
        "pay_cents": quote.total_cents,
    }


def digest_of(offer: Offer, items: Sequence[tuple[str, OfferItem]]) -> str:
    """SHA-256 over the snapshot, every amount and every share, as canonical JSON."""
    sealed = {
        "snapshot": offer.snapshot,
        "offer": str(offer.public_id),
        "driver": str(offer.driver.public_id),
        "trip": str(offer.trip.public_id),
        "made_at": offer.made_at.astimezone(UTC).isoformat(),
        "expires_at": offer.expires_at.astimezone(UTC).isoformat(),
        **{name: getattr(offer, name) for name in SEALED_COLUMNS},
        "items": sorted([delivery, item.pay_cents, item.tip_cents, item.raises] for delivery, item in items),
    }
    return hashlib.sha256(canonical(sealed)).hexdigest()


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON with one way to write everything: keys sorted, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def document(draft: Draft, offer: Offer) -> dict[str, Any]:
    """What the driver is shown, before claiming: doors as areas, stores as they are."""
    rates, journey = draft.rates, draft.journey
    return {
        "version": VERSION,
        "offer": str(offer.public_id),
        "kind": str(draft.kind),
        "market": rates.market.code,
        "timezone": rates.market.timezone,
        "currency": rates.market.currency,
        "made_at": moment(offer.made_at),
        "expires_at": moment(offer.expires_at),
        "answer_seconds": int((offer.expires_at - offer.made_at).total_seconds()),
        "trip": _trip(draft),
        "run": _run(draft),
        "stops": _stops(draft),
        "added_seconds": journey.added_seconds,
        "added_metres": journey.added_metres,
        "service_seconds": sum(halt.service_seconds for halt in draft.halts if halt.stop is None),
        "route": _route(draft),
        "load": _load(draft.deliveries),
        "pay": _pay(draft, offer),
        "deliveries": [
            _delivery(one, share, journey.marginal_seconds[one.pk])
            for one, share in zip(draft.deliveries, draft.quote.shares, strict=True)
        ],
        "reason": {"code": draft.why.code, "numbers": dict(draft.why.numbers), "en": draft.why.en, "es": draft.why.es},
        "rules": {"pack": rates.pack.version, "answer_seconds": rates.pack.min_answer_seconds},
        "engine": {"version": rates.engine_version, "seed": rates.seed},
        "routing": {
            "name": draft.roads.name,
            "version": draft.roads.version,
            "is_estimated": journey.is_estimated,
        },
    }


def moment(value: datetime | None) -> str | None:
    """A moment in UTC, to the second."""
    return None if value is None else value.replace(microsecond=0).isoformat()


def _trip(draft: Draft) -> dict[str, Any]:
    trip = draft.trip
    end = trip.destination
    return {
        "id": str(trip.public_id),
        "kind": str(trip.kind),
        "departs_at": moment(draft.journey.departs_at),
        "arrives_at": moment(draft.journey.arrives_at),
        "arrive_by": moment(trip.arrive_by),
        "from": {"label": trip.from_label, **_place(trip.origin)},
        "to": None if end is None else {"label": trip.to_label, **_place(end)},
    }


def _place(point: Point) -> dict[str, float]:
    return {"lat": round(point.lat, 5), "lng": round(point.lng, 5)}


def _run(draft: Draft) -> dict[str, Any] | None:
    """The run that an offer joins: all its stops in their new order, with what each is expected at, now and then."""
    if draft.joins is None:
        return None
    known = {stop.pk: stop for stop in draft.joins.ahead}
    by_pk = {one.pk: one for one in (*draft.deliveries, *draft.joins.deliveries)}
    return {
        "id": str(draft.joins.run.public_id),
        "orders": len({stop.delivery_id for stop in known.values()}),
        "order": [
            {
                "stop": None if halt.stop is None else str(known[halt.stop].public_id),
                "delivery": str(by_pk[halt.delivery].public_id),
                "kind": "return" if halt.goes_back else "drop" if halt.is_drop else "pickup",
                "label": _label(by_pk[halt.delivery], is_drop=halt.is_drop and not halt.goes_back),
                "eta_at": moment(arrives),
                "was_eta_at": None if halt.stop is None else moment(draft.journey.before[halt.stop][0]),
            }
            for halt, (arrives, _) in zip(draft.halts, draft.journey.times, strict=True)
        ],
    }


def _label(one: Delivery, *, is_drop: bool) -> str:
    return one.drop_area if is_drop else one.store.name


def _stops(draft: Draft) -> list[dict[str, Any]]:
    """The offer's own stops; those that a run has anyway stand with the run."""
    by_pk = {one.pk: one for one in draft.deliveries}
    timed = zip(draft.halts, draft.journey.times, strict=True)
    own = [(halt, times) for halt, times in timed if halt.stop is None]
    stops = []
    for letter, (halt, (arrives, leaves)) in zip(LETTERS, own, strict=False):
        one = by_pk[halt.delivery]
        stops.append(
            {
                "letter": letter,
                "kind": "drop" if halt.is_drop else "pickup",
                "delivery": str(one.public_id),
                "label": _label(one, is_drop=halt.is_drop),
                "address": "" if halt.is_drop else f"{one.store.line1}, {one.store.city}",
                **_place(shown_point(halt)),
                "eta_at": moment(arrives),
                "leave_at": moment(leaves),
                "ready_at": moment(halt.ready_at),
                "deadline_at": moment(max(one.due_by, arrives)) if halt.is_drop else None,
                "usual_wait_minutes": None if halt.is_drop else one.store.usual_wait_minutes,
            }
        )
    return stops


def _route(draft: Draft) -> dict[str, Any]:
    without, driven, shown = draft.journey.without, draft.journey.driven, draft.journey.shown
    return {
        "without": {"seconds": without.seconds, "metres": without.metres, "path": drawn(without.path)},
        "with": {"seconds": driven.seconds, "metres": driven.metres, "path": drawn(shown.path)},
        "added_paths": [drawn(part) for part in added_parts(shown.path, without.path)],
    }


def _load(deliveries: Sequence[Delivery]) -> dict[str, Any]:
    return {
        "orders": len(deliveries),
        "items": sum(one.item_count for one in deliveries),
        "units": sum(one.unit_count for one in deliveries),
        "grams": sum(one.grams for one in deliveries),
        "heaviest_grams": max(one.heaviest_grams for one in deliveries),
        "room": sum(one.room for one in deliveries),
        "cold_class": str(max((ColdClass(one.cold_class) for one in deliveries), key=COLDEST.index)),
        "age_limit": max(one.age_limit for one in deliveries),
        "needs_passcode": any(one.needs_passcode for one in deliveries),
    }


def _pay(draft: Draft, offer: Offer) -> dict[str, Any]:
    whole = draft.quote.whole
    return {
        **amounts(whole),
        "detour_time_cents": whole.detour_time_cents,
        "detour_distance_cents": whole.detour_distance_cents,
        "tip_cents": offer.tip_cents,
        "tip_is_authorised": offer.tip_is_authorised,
        "total_cents": offer.total_cents,
        "per_added_hour_cents": per_added_hour(offer.total_cents, offer.added_seconds),
        "engaged_seconds": draft.journey.engaged_seconds,
        "engaged_metres": draft.journey.engaged_metres,
    }


def _delivery(one: Delivery, share: PayQuote, added_seconds: int) -> dict[str, Any]:
    return {
        "id": str(one.public_id),
        "store": one.store.name,
        "area": one.drop_area,
        "items": one.item_count,
        "units": one.unit_count,
        "grams": one.grams,
        "heaviest_grams": one.heaviest_grams,
        "room": one.room,
        "cold_class": str(one.cold_class),
        "age_limit": one.age_limit,
        "needs_passcode": one.needs_passcode,
        "due_from": moment(one.due_from),
        "due_by": moment(one.due_by),
        "raises": one.raises,
        "added_seconds": added_seconds,
        **amounts(share),
        "tip_cents": one.tip_cents,
    }

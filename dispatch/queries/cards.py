"""An offer as a card: everything a driver weighs before answering, read from the offer's own snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.geo import METRES_PER_MILE, Point
from common.minimap import MapStop, MiniMap, draw_minimap
from dispatch.models import Offer
from dispatch.queries.streets import streets_near

GRAMS_OF_A_POUND = 453.592_37
TIGHT = timedelta(minutes=5)
LEAST_METRES = 400  # below, a rate for a mile says nothing


@dataclass(frozen=True, slots=True)
class PayPart:
    """One part of the pay, as named on the card."""

    code: str
    cents: int


@dataclass(frozen=True, slots=True)
class CardStop:
    """One stop of an offer, before claiming: stores in full, doors as their area."""

    letter: str
    kind: str
    label: str
    address: str
    eta_at: datetime
    deadline_at: datetime | None
    usual_wait_minutes: int | None


@dataclass(frozen=True, slots=True)
class CardOrder:
    """One order of a batch, with its own load and pay (D12)."""

    store: str
    area: str
    items: int
    pounds: float
    pay_cents: int
    tip_cents: int


@dataclass(frozen=True, slots=True)
class RunStop:
    """One stop of the run that an offer would join, as it would be then; `is_new` for those it adds."""

    kind: str
    label: str
    eta_at: datetime
    is_new: bool
    later_seconds: int


@dataclass(frozen=True, slots=True)
class OfferCard:
    """One offer, ready to be shown."""

    offer: Offer
    minimap: str
    stops: list[CardStop]
    run_stops: list[RunStop]
    orders: list[CardOrder]
    parts: list[PayPart]
    stores: str
    areas: str
    doors: int
    items: int
    units: int
    pounds: float
    heaviest_pounds: float
    cold_class: str
    age_limit: int
    needs_passcode: bool
    per_hour_cents: int | None
    wait_minutes: int | None
    why: str
    seconds_left: int
    timezone: str
    is_estimated: bool

    @property
    def is_tight(self) -> bool:
        """Whether a door is expected with hardly a minute to spare."""
        known = [stop.deadline_at - stop.eta_at for stop in self.stops if stop.deadline_at is not None]
        return any(spare < TIGHT for spare in known)

    @property
    def per_mile_cents(self) -> int | None:
        """Pay and tip for each added mile; unknown without any to speak of."""
        metres: int = self.offer.added_metres
        return None if metres < LEAST_METRES else round(self.offer.total_cents * METRES_PER_MILE / metres)

    @property
    def is_open(self) -> bool:
        """Whether it can still be claimed."""
        return self.offer.status == "open" and self.seconds_left > 0


def card_of(offer: Offer, now: datetime, language: str = "en") -> OfferCard:
    """Read one offer as a card; asks the database nothing."""
    told = offer.snapshot
    load, pay = told["load"], told["pay"]
    stops = [_stop(stop) for stop in told["stops"]]
    doors = [stop.label for stop in stops if stop.kind == "drop"]
    waits = [stop.usual_wait_minutes for stop in stops if stop.usual_wait_minutes is not None]
    return OfferCard(
        offer=offer,
        minimap=minimap_of(offer),
        stops=stops,
        run_stops=[_run_stop(one) for one in (told.get("run") or {}).get("order", [])],
        orders=[_order(one) for one in told["deliveries"]],
        parts=_parts(offer),
        stores=_in_words(stop.label for stop in stops if stop.kind == "pickup"),
        areas=_in_words(doors),
        doors=len(doors),
        items=load["items"],
        units=load["units"],
        pounds=load["grams"] / GRAMS_OF_A_POUND,
        heaviest_pounds=load["heaviest_grams"] / GRAMS_OF_A_POUND,
        cold_class=load["cold_class"],
        age_limit=load["age_limit"],
        needs_passcode=load["needs_passcode"],
        per_hour_cents=pay["per_added_hour_cents"],
        wait_minutes=max(waits, default=None),
        why=told["reason"].get(language[:2]) or told["reason"]["en"],
        seconds_left=max(0, int((offer.expires_at - now).total_seconds())),
        timezone=told["timezone"],
        is_estimated=told.get("routing", {}).get("is_estimated", False),
    )


def minimap_of(offer: Offer) -> str:
    """The trip, or the rest of the run, with and without the offer, drawn as SVG."""
    route = offer.snapshot["route"]
    without, driven = _line(route["without"]["path"]), _line(route["with"]["path"])
    stops, count = _map_stops(offer.snapshot["stops"]), len(offer.snapshot["deliveries"])
    scene = MiniMap(
        title=ngettext("Your trip with %(count)d delivery", "Your trip with %(count)d deliveries", count)
        % {"count": count},
        description=_("Your own way in dashes, the way with this offer as a line, the detour in purple."),
        without=without,
        with_delivery=driven,
        added=[_line(part) for part in route["added_paths"]],
        stops=stops,
        streets=streets_near([*without, *driven, *(stop.at for stop in stops)]),
        uid=f"offer-{offer.public_id}",
    )
    return draw_minimap(scene)


def _map_stops(told: Sequence[Mapping[str, Any]]) -> list[MapStop]:
    """Stops as points; those at one place share it, with their first and last letter."""
    places: dict[Point, list[Mapping[str, Any]]] = {}
    for stop in told:
        places.setdefault(Point(stop["lat"], stop["lng"]), []).append(stop)
    return [
        MapStop(at, here[0]["letter"] + (here[-1]["letter"] if len(here) > 1 else ""), here[0]["label"])
        for at, here in places.items()
    ]


def _line(path: Sequence[Sequence[float]]) -> list[Point]:
    return [Point(lat, lng) for lat, lng in path]


def _stop(told: Mapping[str, Any]) -> CardStop:
    deadline = told["deadline_at"]
    return CardStop(
        letter=told["letter"],
        kind=told["kind"],
        label=told["label"],
        address=told["address"],
        eta_at=datetime.fromisoformat(told["eta_at"]),
        deadline_at=datetime.fromisoformat(deadline) if deadline else None,
        usual_wait_minutes=told["usual_wait_minutes"],
    )


def _run_stop(told: Mapping[str, Any]) -> RunStop:
    eta_at, was = datetime.fromisoformat(told["eta_at"]), told["was_eta_at"]
    later = int((eta_at - datetime.fromisoformat(was)).total_seconds()) if was else 0
    return RunStop(told["kind"], told["label"], eta_at, is_new=told["stop"] is None, later_seconds=max(0, later))


def _order(told: Mapping[str, Any]) -> CardOrder:
    return CardOrder(
        store=told["store"],
        area=told["area"],
        items=told["items"],
        pounds=told["grams"] / GRAMS_OF_A_POUND,
        pay_cents=told["pay_cents"],
        tip_cents=told["tip_cents"],
    )


def _parts(offer: Offer) -> list[PayPart]:
    """The parts of the pay that are not nothing; base and tip are always told."""
    parts = [
        PayPart("base", offer.base_cents),
        PayPart("detour", offer.detour_cents),
        PayPart("handling", offer.handling_cents),
        PayPart("raise", offer.raise_cents),
        PayPart("floor", offer.floor_cents),
        PayPart("tip", offer.tip_cents),
    ]
    return [part for part in parts if part.cents or part.code in {"base", "tip"}]


def _in_words(names: Any) -> str:
    """Names without repeats, in their order."""
    return ", ".join(dict.fromkeys(names))

"""Delivery windows as shoppers choose them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F

from common.clock import local_day
from stores.models import Store, Window

DAYS_SHOWN = 7
FEW_SEATS = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """One window for a page: local times, fee, and whether it can still be had."""

    pk: int
    public_id: UUID
    starts_at: datetime
    ends_at: datetime
    cutoff_at: datetime
    fee_cents: int
    seats_left: int
    is_open: bool

    @property
    def is_full(self) -> bool:
        """Open by the clock, but with no seat left."""
        return self.is_open and self.seats_left == 0

    @property
    def can_choose(self) -> bool:
        """Whether a shopper may take it."""
        return self.is_open and self.seats_left > 0

    @property
    def is_few(self) -> bool:
        """Whether it is nearly full."""
        return 0 < self.seats_left <= FEW_SEATS


@dataclass(frozen=True, slots=True)
class Day:
    """The windows of one local date, earliest first."""

    on: date
    slots: Sequence[Slot]

    @property
    def can_choose(self) -> bool:
        """Whether any window of the day can still be had."""
        return any(slot.can_choose for slot in self.slots)

    @property
    def has_other_fees(self) -> bool:
        """Whether it matters by the fee which window is taken."""
        return len({slot.fee_cents for slot in self.slots if slot.can_choose}) > 1

    @property
    def least_fee_cents(self) -> int:
        """The lowest fee of the windows that can still be had; 0 when there is none."""
        return min((slot.fee_cents for slot in self.slots if slot.can_choose), default=0)


def soonest_slot(store_id: int, zone: ZoneInfo, now: datetime) -> Slot | None:
    """The next window of a store that has a seat. One query."""
    free = Window.objects.filter(store_id=store_id, cutoff_at__gt=now, is_closed=False, taken__lt=F("seats"))
    window = free.order_by("starts_at").first()
    return slot_of(window, zone, now) if window else None


@dataclass(frozen=True, slots=True)
class UsualTerms:
    """What a visitor may count on before saying where: hours of the coming day, least order and least fee."""

    opens_at: datetime
    closes_at: datetime
    minimum_cents: int
    fee_cents: int


def usual_terms(now: datetime) -> UsualTerms | None:
    """The terms of all open stores together; None while none has a window in the coming day. One query."""
    coming = Window.objects.filter(
        starts_at__gte=now, starts_at__lt=now + timedelta(days=1), is_closed=False, store__is_paused=False
    ).select_related("store__market")
    rows = [(slot_of(one, one.store.market.zone, now), one.store.min_basket_cents) for one in coming]
    if not rows:
        return None
    return UsualTerms(
        min((slot.starts_at for slot, _ in rows), key=datetime.time),
        max((slot.ends_at for slot, _ in rows), key=datetime.time),
        min(least for _, least in rows),
        min(slot.fee_cents for slot, _ in rows),
    )


def window_days(store: Store, now: datetime, days: int = DAYS_SHOWN) -> list[Day]:
    """The windows of the coming days, full ones too, by local date; needs `market` read along. One query."""
    zone = store.market.zone
    until = now + timedelta(days=days)
    rows = Window.objects.filter(store=store, cutoff_at__gt=now, starts_at__lt=until, is_closed=False)
    slots = [slot_of(window, zone, now) for window in rows.order_by("starts_at")]
    return [Day(on, tuple(group)) for on, group in groupby(slots, key=lambda slot: local_day(slot.starts_at, zone))]


def slot_of(window: Window, zone: ZoneInfo, now: datetime) -> Slot:
    """One window with its times on the clock of its market."""
    return Slot(
        pk=window.pk,
        public_id=window.public_id,
        starts_at=window.starts_at.astimezone(zone),
        ends_at=window.ends_at.astimezone(zone),
        cutoff_at=window.cutoff_at.astimezone(zone),
        fee_cents=window.fee_cents,
        seats_left=window.seats_left,
        is_open=window.is_open(now),
    )


def find_window(store_id: int, public_id: UUID) -> Window | None:
    """A window of a store known by its public id. One query."""
    return Window.objects.filter(store_id=store_id, public_id=public_id).first()

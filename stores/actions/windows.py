"""Making delivery windows from the rules of each store, and changing one that is made."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from common.clock import MIDNIGHT, end_moment, local_day, moment
from common.errors import DomainError, InvalidInput
from stores.models import ClosingDay, Store, StoreHours, Window, WindowRule

DAYS_AHEAD = 7
BATCH = 5_000


class SeatsTaken(DomainError):
    """More seats than that are sold or held in this window already."""

    code = "seats_taken"


@dataclass(frozen=True, slots=True)
class Week:
    """What a store's windows follow from: its rules and hours by weekday, and the days it is closed."""

    rules: Mapping[int, tuple[WindowRule, ...]]
    hours: Mapping[int, tuple[time, time]]
    closed_on: frozenset[date]

    def rules_of(self, day: date) -> Iterator[WindowRule]:
        """Rules that make a window on one day: the store is open for all of it."""
        if day in self.closed_on or day.weekday() not in self.hours:
            return
        opens, closes = self.hours[day.weekday()]
        for rule in self.rules.get(day.weekday(), ()):
            if opens <= rule.starts and (closes == MIDNIGHT or (rule.ends != MIDNIGHT and rule.ends <= closes)):
                yield rule


@transaction.atomic(durable=True)
def make_windows(*, now: datetime, store_id: int | None = None, days_ahead: int = DAYS_AHEAD) -> int:
    """Make the windows of one store, or of all, from today on; return how many were added.

    Rules are read in the market's time zone. What exists already stays as it is, so a second call adds nothing
    and a changed rule counts from the first day that has no windows in its place. Windows on a day that has
    since become a closing day are closed; seats sold in them stay sold. Statements do not grow with stores.
    """
    stores = Store.objects.select_related("market").order_by("pk")
    if store_id is not None:
        stores = stores.filter(pk=store_id)
    weeks = _weeks([store.pk for store in stores])
    wanted = [w for s in stores for w in _windows_of(s, weeks[s.pk], now, days_ahead)]
    ahead = Window.objects.filter(cutoff_at__gt=now, store__in=weeks)
    before = ahead.count()
    # The exclusion constraint is what makes a repeat, or two at once, harmless.
    Window.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=BATCH)
    _close_closing_days(stores, weeks, now)
    return ahead.count() - before


@transaction.atomic(durable=True)
def change_window(
    *,
    window_id: int,
    now: datetime,
    seats: int | None = None,
    fee_cents: int | None = None,
    is_closed: bool | None = None,
) -> Window:
    """Change what is named of one window that has not ended.

    Orders and holds keep the fee they were given when they were placed.

    Raises:
        SeatsTaken: fewer seats than are sold or held.
        InvalidInput: the window is over, or an amount is below zero.
    """
    window = Window.objects.select_for_update(no_key=True).get(pk=window_id)
    if now >= window.ends_at:
        raise InvalidInput("This window is over; nothing in it can be changed.")
    if (seats is not None and seats < 0) or (fee_cents is not None and fee_cents < 0):
        raise InvalidInput("Seats and fee cannot be below zero.")
    if seats is not None and seats < window.taken:
        raise SeatsTaken(f"{window.taken} seats are sold or held in this window already; it cannot have fewer.")
    changes = {"seats": seats, "fee_cents": fee_cents, "is_closed": is_closed}
    named = {name: value for name, value in changes.items() if value is not None}
    for name, value in named.items():
        setattr(window, name, value)
    if named:
        window.save(update_fields=list(named))
    return window


def _weeks(store_ids: list[int]) -> Mapping[int, Week]:
    """The weeks of some stores, in three queries."""
    rules: defaultdict[int, list[WindowRule]] = defaultdict(list)
    hours: defaultdict[int, dict[int, tuple[time, time]]] = defaultdict(dict)
    closed: defaultdict[int, set[date]] = defaultdict(set)
    for rule in WindowRule.objects.filter(store__in=store_ids).order_by("weekday", "starts"):
        rules[rule.store_id].append(rule)
    for day in StoreHours.objects.filter(store__in=store_ids):
        hours[day.store_id][day.weekday] = (day.opens, day.closes)
    for store_id, on in ClosingDay.objects.filter(store__in=store_ids).values_list("store_id", "on"):
        closed[store_id].add(on)
    return {pk: Week(_by_weekday(rules[pk]), hours[pk], frozenset(closed[pk])) for pk in store_ids}


def _by_weekday(rules: Iterable[WindowRule]) -> Mapping[int, tuple[WindowRule, ...]]:
    found: defaultdict[int, list[WindowRule]] = defaultdict(list)
    for rule in rules:
        found[rule.weekday].append(rule)
    return {weekday: tuple(of_day) for weekday, of_day in found.items()}


def _days(store: Store, now: datetime, days_ahead: int) -> Iterator[date]:
    today = local_day(now, store.market.zone)
    yield from (today + timedelta(days=n) for n in range(days_ahead + 1))


def _windows_of(store: Store, week: Week, now: datetime, days_ahead: int) -> Iterator[Window]:
    """Windows that can still be chosen; one that the clock jumps over entirely does not exist."""
    for day in _days(store, now, days_ahead):
        for rule in week.rules_of(day):
            window = _window(store, rule, day)
            if window.starts_at < window.ends_at and now < window.cutoff_at:
                yield window


def _window(store: Store, rule: WindowRule, day: date) -> Window:
    starts_at, ends_at = moment(day, rule.starts, store.market.zone), end_moment(day, rule.ends, store.market.zone)
    return Window(
        store=store,
        starts_at=starts_at,
        ends_at=ends_at,
        cutoff_at=min(starts_at - timedelta(minutes=rule.cutoff_minutes), ends_at),
        seats=rule.seats,
        fee_cents=rule.fee_cents,
    )


def _close_closing_days(stores: Iterable[Store], weeks: Mapping[int, Week], now: datetime) -> None:
    """Close, in one statement, windows made before their day became a closing day."""
    on_closing_days = Q()
    for store in stores:
        zone = store.market.zone
        for day in sorted(d for d in weeks[store.pk].closed_on if d >= local_day(now, zone)):
            starts_at, ends_at = moment(day, time(), zone), moment(day + timedelta(days=1), time(), zone)
            on_closing_days |= Q(store=store, starts_at__gte=starts_at, starts_at__lt=ends_at)
    if on_closing_days:
        Window.objects.filter(on_closing_days, is_closed=False).update(is_closed=True)

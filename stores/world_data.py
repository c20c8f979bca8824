"""The demo's places and people, read from stores/data: two markets, their stores, drivers, shoppers and staff.

Every person and street number is invented; streets, ZIP codes and coordinates lie where they say. Weekdays are the
three-letter codes mon to sun, times are the market's local time.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from functools import cache
from typing import Any

from stores.catalogue_data import DATA
from stores.data_reader import build

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Tax:
    """Sales tax in basis points, state and local together, and where the figures come from."""

    grocery_bp: int
    general_bp: int
    source: str


@dataclass(frozen=True, slots=True)
class WindowRule:
    """Windows of `minutes` from `starts` to `ends` on some weekdays."""

    weekdays: tuple[str, ...]
    starts: time
    ends: time
    minutes: int
    seats: int
    fee_cents: int
    cutoff_minutes: int  # an order closes this long before the window starts

    def slots(self) -> Iterator[tuple[time, time]]:
        """Start and end of each window of one day."""
        first, last = _minute(self.starts), _minute(self.ends)
        for start in range(first, last - self.minutes + 1, self.minutes):
            yield _clock(start), _clock(start + self.minutes)


@dataclass(frozen=True, slots=True)
class StagingPlaces:
    """Codes of the shelves where bags wait for the driver, by how cold they are kept."""

    ambient: tuple[str, ...]
    chilled: tuple[str, ...]
    frozen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening and closing time for each weekday."""

    mon: tuple[time, ...]
    tue: tuple[time, ...]
    wed: tuple[time, ...]
    thu: tuple[time, ...]
    fri: tuple[time, ...]
    sat: tuple[time, ...]
    sun: tuple[time, ...]

    def on(self, weekday: str) -> tuple[time, time]:
        """Opening and closing time of a weekday."""
        opens, closes = getattr(self, weekday)
        return opens, closes


@dataclass(frozen=True, slots=True)
class StorePlace:
    """A store: where it is, when it opens, whom it serves."""

    slug: str
    name: str
    line1: str
    city: str
    state: str
    zip_code: str
    lat: float
    lng: float
    phone: str
    hours: Hours
    bays: int
    service_zips: tuple[str, ...]  # nearest first
    radius_metres: int
    windows: str  # name of a window plan
    usual_wait_minutes: int
    staging_places: StagingPlaces
    tax: Tax | None  # only where it differs from the market's


@dataclass(frozen=True, slots=True)
class MarketPlace:
    """A metro that is dispatched as one."""

    code: str
    name: str
    state: str
    timezone: str
    lat: float
    lng: float
    rule_pack: str
    tax: Tax
    stores: tuple[StorePlace, ...]

    def tax_at(self, store: StorePlace) -> Tax:
        """The rates that hold at a store."""
        return store.tax or self.tax


@dataclass(frozen=True, slots=True)
class Spot:
    """A point where a driver's own trip starts or ends; the ZIP only where someone lives."""

    label: str
    zip_code: str | None
    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class VehicleFacts:
    """What a driver drives and how much goes in it; room in the catalogue's units."""

    description: str
    body: str
    plate: str
    room: int
    max_grams: int
    has_cold_box: bool


@dataclass(frozen=True, slots=True)
class DriverFacts:
    """A driver with the commute that deliveries ride along."""

    name: str
    email: str
    phone: str
    market: str
    language: str
    home: Spot
    work: Spot
    leaves_home: time
    leaves_work: time
    weekdays: tuple[str, ...]
    max_extra_seconds: int
    max_extra_metres: int
    max_orders: int
    vehicle: VehicleFacts
    no_alcohol: bool
    no_stairs: bool


@dataclass(frozen=True, slots=True)
class ShopperFacts:
    """A shopper and the address that is delivered to."""

    name: str
    email: str
    phone: str
    market: str
    line1: str
    line2: str
    city: str
    state: str
    zip_code: str
    lat: float
    lng: float
    instructions: str


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """One who works in a store: manager, lead or picker."""

    name: str
    email: str
    store: str
    role: str


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """One who works above the stores: operations (of a market), head_office, firm_manager, firm_reviewer."""

    name: str
    email: str
    role: str
    market: str | None


@dataclass(frozen=True, slots=True)
class FirmFacts:
    """The contractor firm that screens and pays the drivers."""

    slug: str
    name: str
    markets: tuple[str, ...]
    contact_name: str
    contact_email: str
    line1: str
    city: str
    state: str
    zip_code: str


@dataclass(frozen=True, slots=True)
class People:
    """Everyone in the demo."""

    drivers: tuple[DriverFacts, ...]
    shoppers: tuple[ShopperFacts, ...]
    staff: tuple[StaffFacts, ...]
    firms: tuple[FirmFacts, ...]
    office: tuple[OfficeFacts, ...]


@cache
def markets() -> tuple[MarketPlace, ...]:
    """The demo's markets with their stores."""
    return tuple(build(MarketPlace, row) for row in _read("markets.json")["markets"])


@cache
def window_rules(plan: str) -> tuple[WindowRule, ...]:
    """The rules of a window plan. Raises KeyError for a plan that is not there."""
    return tuple(build(WindowRule, row) for row in _read("markets.json")["window_plans"][plan])


@cache
def people() -> People:
    """The demo's people."""
    return build(People, _read("people.json"))


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return content


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)

"""Who plays in the simulated day: everyone of the demo but those a visitor signs in as."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import User
from common.geo import Point
from dispatch.simulator.seed.demo import logins
from drivers.models import Driver
from orders.models import Address
from stores.models import ServiceZip, Store, StoreStaff
from stores.world_data import DriverFacts, people


@dataclass(frozen=True, slots=True)
class Home:
    """A shopper's address, and the stores that deliver there, nearest first."""

    address: Address
    stores: tuple[Store, ...]


@dataclass(frozen=True, slots=True)
class Commuter:
    """A driver with the commute that deliveries ride along."""

    driver: Driver
    facts: DriverFacts


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone who acts, by market or store; `guest` is the driver whom visitors sign in as."""

    homes: Mapping[int, Sequence[Home]]
    commuters: Mapping[int, Commuter]
    pickers: Mapping[int, User]
    guest: Commuter | None
    guest_ids: frozenset[int]


def cast_of_the_day() -> Cast:
    """Read who is there; a handful of queries."""
    visited = [login.email for login in logins()]
    guests = User.objects.filter(email__in=visited)
    guest_ids = frozenset(guests.values_list("pk", flat=True))
    commuters = _commuters()
    guest = next((one for one in commuters if one.driver.user_id in guest_ids), None)
    return Cast(
        homes=_homes(guest_ids),
        commuters={one.driver.pk: one for one in commuters if one.driver.user_id not in guest_ids},
        pickers=_pickers(guest_ids),
        guest=guest,
        guest_ids=guest_ids,
    )


def _commuters() -> list[Commuter]:
    facts = {one.email: one for one in people().drivers}
    drivers = Driver.objects.filter(user__email__in=facts).select_related("user", "market").order_by("pk")
    return [Commuter(driver, facts[driver.user.email]) for driver in drivers]


def _pickers(guest_ids: frozenset[int]) -> dict[int, User]:
    staff = StoreStaff.objects.exclude(user__in=guest_ids).select_related("user").order_by("pk")
    return {one.store_id: one.user for one in staff}


def _homes(guest_ids: frozenset[int]) -> dict[int, list[Home]]:
    emails = [one.email for one in people().shoppers]
    stores = Store.objects.select_related("market").in_bulk()
    serving: defaultdict[str, list[Store]] = defaultdict(list)
    for row in ServiceZip.objects.order_by("pk"):
        serving[row.zip_code].append(stores[row.store_id])
    found: defaultdict[int, list[Home]] = defaultdict(list)
    addresses = Address.objects.filter(shopper__email__in=emails).exclude(shopper__in=guest_ids)
    for address in addresses.select_related("shopper").order_by("pk"):
        near = stores_near(address, serving[address.zip_code])
        if near:
            found[near[0].market_id].append(Home(address, near))
    return dict(found)


def stores_near(address: Address, serving: Sequence[Store]) -> tuple[Store, ...]:
    """Of the stores that serve a ZIP code those that reach an address, nearest first."""
    here = Point(address.lat, address.lng)
    reach = [store for store in serving if store.point.metres_to(here) <= store.radius_metres]
    return tuple(sorted(reach, key=lambda store: store.point.metres_to(here)))

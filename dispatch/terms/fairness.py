"""How offers and earnings spread over drivers: groups and indexes over all, never one driver (D7). Pure.

Under FEWEST drivers a group could be one person with a name: such groups are put together, and left out when even
together they are too few.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, radians

from common.evenness import gini, jain
from common.geo import Point

FEWEST = 5
CENTRE_METRES = 5_000  # around the middle; what lies farther out has a compass point
COMPASS = ("East", "North", "West", "South")
SMALL = "Small groups together"
OPEN_HOURS = ((0.0, "Under 1 hour"), (1.0, "1 to 2 hours"), (2.0, "2 to 8 hours"), (8.0, "8 hours and more"))
ROOMS = ((0, "Up to 4 bags"), (97, "5 to 8 bags"), (193, "9 bags and more"))  # a bag is 24 units of room
LEAST_HOURS = 0.25  # a trip declared at the last minute is no hourly wage of a hundred dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverSum:
    """What one driver's trips of a period came to. Lives only while groups are added up; it is shown nowhere."""

    area: str
    room: float
    hours: float
    offers: int
    deliveries: int
    earned_cents: int
    added_seconds: int
    waited_seconds: int | None = None  # since the last offer, of a driver who waits now


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some drivers together. Hours are those that their trips were open."""

    name: str
    drivers: int
    hours: float
    offers: int
    deliveries: int
    earned_cents: int
    added_seconds: int
    waited_seconds: int | None

    @property
    def offers_an_hour(self) -> float:
        """Offers seen per open hour."""
        return self.offers / self.hours if self.hours else 0.0

    @property
    def cents_an_hour(self) -> int:
        """Earned per open hour."""
        return round(self.earned_cents / self.hours) if self.hours else 0

    @property
    def cents_an_added_hour(self) -> int | None:
        """Earned per hour that drives became longer; none when nothing was added."""
        return self.earned_cents * 3_600 // self.added_seconds if self.added_seconds else None


@dataclass(frozen=True, slots=True)
class Fairness:
    """Indexes are of what each driver earned per open hour: who is there for longer may earn more."""

    drivers: int
    jain: float
    gini: float
    asked_share: float
    lorenz: tuple[float, ...]  # share of all earnings that the lower 0, 10, ... 100 % of drivers have
    areas: tuple[Group, ...]
    hours: tuple[Group, ...]
    rooms: tuple[Group, ...]


def fairness_of(drivers: Sequence[DriverSum]) -> Fairness:
    """Look at all drivers of a period together."""
    an_hour = sorted(one.earned_cents / max(one.hours, LEAST_HOURS) for one in drivers)
    return Fairness(
        drivers=len(drivers),
        jain=jain(an_hour),
        gini=gini(an_hour),
        asked_share=sum(one.offers > 0 for one in drivers) / max(1, len(drivers)),
        lorenz=lorenz(an_hour),
        areas=groups(drivers, lambda one: one.area, ("Centre", *sorted(COMPASS))),
        hours=groups(drivers, lambda one: step_of(one.hours, OPEN_HOURS), [name for _, name in OPEN_HOURS]),
        rooms=groups(drivers, lambda one: step_of(one.room, ROOMS), [name for _, name in ROOMS]),
    )


def lorenz(ascending: Sequence[float]) -> tuple[float, ...]:
    """Share of the whole that the lower 0, 10, ... 100 % have (Lorenz 1905); a straight line when nobody has any."""
    whole = sum(ascending)
    if not whole:
        return tuple(tenth / 10 for tenth in range(11))
    return tuple(sum(ascending[: round(len(ascending) * tenth / 10)]) / whole for tenth in range(11))


def groups(
    drivers: Sequence[DriverSum], name_of: Callable[[DriverSum], str], names: Sequence[str]
) -> tuple[Group, ...]:
    """Add drivers up by name, in the order of the names; those too few to be told of go together at the end."""
    found: defaultdict[str, list[DriverSum]] = defaultdict(list)
    for one in drivers:
        found[name_of(one)].append(one)
    large = [_group(name, found[name]) for name in names if len(found[name]) >= FEWEST]
    small = [one for name in names if len(found[name]) < FEWEST for one in found[name]]
    return (*large, *([_group(SMALL, small)] if len(small) >= FEWEST else []))


def area_of(home: Point, middle: Point) -> str:
    """A part of a market so large that nobody can be told by it: the centre, or a compass point around it."""
    if home.metres_to(middle) < CENTRE_METRES:
        return "Centre"
    east = (home.lng - middle.lng) * cos(radians(middle.lat))
    return COMPASS[round(degrees(atan2(home.lat - middle.lat, east)) / 90) % 4]


def step_of(amount: float, steps: Sequence[tuple[float, str]]) -> str:
    """The last step that an amount reaches."""
    return [name for low, name in steps if amount >= low][-1]


def _group(name: str, drivers: Sequence[DriverSum]) -> Group:
    waits = [one.waited_seconds for one in drivers if one.waited_seconds is not None]
    return Group(
        name=name,
        drivers=len(drivers),
        hours=sum(one.hours for one in drivers),
        offers=sum(one.offers for one in drivers),
        deliveries=sum(one.deliveries for one in drivers),
        earned_cents=sum(one.earned_cents for one in drivers),
        added_seconds=sum(one.added_seconds for one in drivers),
        waited_seconds=round(sum(waits) / len(waits)) if len(waits) >= FEWEST else None,
    )

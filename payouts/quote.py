"""What a run pays, worked out before it is offered.

Pay is a function of the work a driver adds to the trip: base, added minutes, added miles, handling
and the ladder's raise, topped up to the floor of the rule pack. A tip has no way in: nothing here
takes one, so it cannot fund base pay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from common.money import half_up, split
from rules.pack import MILLIMETRES_PER_MILE, RulePack, pay_floor_cents


@dataclass(frozen=True, slots=True)
class PayPlan:
    """A market's rates, in cents; what a store or season changes is a new plan, never an edited one."""

    base_cents: int = 500
    extra_delivery_cents: int = 300  # each further delivery of the same run
    minute_cents: int = 35  # an added minute
    mile_tenths: int = 725  # an added mile, tenths of a cent
    free_grams: int = 15_000  # carried for the base
    kilogram_cents: int = 10  # each kilogram begun above that
    free_units: int = 20
    unit_tenths: int = 50  # each unit above that, tenths of a cent
    flight_cents: int = 75  # each flight of stairs
    raise_steps_cents: tuple[int, ...] = (0, 150, 300, 500)  # the ladder: total raise at each step


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one delivery of a run asks of the driver's arms, and its part of the run's added time and way."""

    grams: int = 0
    units: int = 0
    flights: int = 0
    added_seconds: int = 0  # used as a weight when the detour is shared out; 0 for all = evenly


@dataclass(frozen=True, slots=True)
class Work:
    """A run as a driver would do it: what it adds to the trip, and all of it that counts as engaged."""

    added_seconds: int
    added_metres: int
    engaged_seconds: int
    engaged_metres: int
    parcels: tuple[Parcel, ...]
    raise_step: int = 0
    joins_run: bool = False  # its deliveries are further ones of a run under way, whose first has had the base


@dataclass(frozen=True, slots=True)
class PayQuote:
    """Pay in its parts; they add up to `total_cents`."""

    base_cents: int
    detour_time_cents: int
    detour_distance_cents: int
    handling_cents: int
    raise_cents: int
    floor_topup_cents: int
    total_cents: int

    def __post_init__(self) -> None:
        """Refuse a quote whose parts do not add up: it would be shown to a driver as a promise."""
        if self.total_cents != sum(getattr(self, part) for part in PARTS):
            raise ValueError("the parts of a pay quote do not add up to its total")


PARTS = tuple(field.name for field in fields(PayQuote) if field.name != "total_cents")


@dataclass(frozen=True, slots=True)
class RunQuote:
    """Pay of a run and of each of its deliveries, part by part; no cent lies between them."""

    whole: PayQuote
    shares: tuple[PayQuote, ...]


def quote_run(plan: PayPlan, pack: RulePack, work: Work) -> RunQuote:
    """Quote a run: its whole pay and, in the order of its parcels, the pay of each delivery.

    Raises:
        ValueError: a run without deliveries.
    """
    if not work.parcels:
        raise ValueError("a run has at least one delivery")
    count = len(work.parcels)
    detour_weights = [parcel.added_seconds for parcel in work.parcels]
    time = half_up(Fraction(plan.minute_cents * max(work.added_seconds, 0), 60))
    distance = half_up(Fraction(plan.mile_tenths * max(work.added_metres, 0) * 1000, MILLIMETRES_PER_MILE * 10))
    handling = [handling_cents(plan, parcel) for parcel in work.parcels]
    columns = {
        "base_cents": split(base_cents(plan, count, joins_run=work.joins_run), [1] * count),
        "detour_time_cents": split(time, detour_weights),
        "detour_distance_cents": split(distance, detour_weights),
        "handling_cents": handling,
        "raise_cents": split(raise_cents(plan, work.raise_step), [1] * count),
    }
    paid = sum(sum(column) for column in columns.values())
    floor = pay_floor_cents(pack, work.engaged_seconds, work.engaged_metres)
    columns["floor_topup_cents"] = split(max(floor - paid, 0), detour_weights)
    shares = tuple(_quote({part: columns[part][i] for part in PARTS}) for i in range(count))
    return RunQuote(whole=add_up(shares), shares=shares)


def base_cents(plan: PayPlan, count: int, *, joins_run: bool) -> int:
    """Base pay of so many deliveries: the run's own base for its first, a fixed part for each further one."""
    return plan.extra_delivery_cents * count + (0 if joins_run else plan.base_cents - plan.extra_delivery_cents)


def handling_cents(plan: PayPlan, parcel: Parcel) -> int:
    """Pay for weight, number of units and stairs of one delivery, above what the base already covers."""
    kilograms = -(-max(parcel.grams - plan.free_grams, 0) // 1000)
    units = half_up(Fraction(plan.unit_tenths * max(parcel.units - plan.free_units, 0), 10))
    return plan.kilogram_cents * kilograms + units + plan.flight_cents * parcel.flights


def raise_cents(plan: PayPlan, step: int) -> int:
    """Raise at a step of the ladder; steps beyond the last stay at the last."""
    steps = plan.raise_steps_cents or (0,)
    return steps[min(max(step, 0), len(steps) - 1)]


def add_up(quotes: Sequence[PayQuote]) -> PayQuote:
    """One quote that is the sum of several, part by part."""
    return _quote({part: sum(getattr(quote, part) for quote in quotes) for part in PARTS})


def _quote(parts: dict[str, int]) -> PayQuote:
    return PayQuote(**parts, total_cents=sum(parts.values()))

"""What drivers fill in about their trips and limits. Local times are those of the market."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from common.fields.texts import PlaceText, Text
from common.fields.values import Degrees, Id, Moment, Number, SomeOf, Tick, TypedChoice, TypedChoices, Whole
from common.geo import METRES_PER_MILE, Point
from common.row_forms import RowForm
from drivers.actions.limits import HardLimits
from drivers.models import Driver, Limits, Trip
from drivers.queries.trips import PROPOSED_SPAN
from stores.models import Store
from stores.queries.gazetteer import pin_of

ROOM_OF_A_BAG = 24
MOST_MINUTES, MOST_MILES, MOST_BAGS = 240, 150, 60
LEAST_MILES = Decimal("0.1")  # the float beside it is a little more, and would refuse "0.1"
GRAMS_OF_A_POUND = 453.592_37
WEEKDAYS = list(WEEKDAYS_ABBR.items())
WHAT_IS_A_PLACE = _("An address, neighborhood, town, ZIP code or one of our stores.")
LOCAL = "%Y-%m-%dT%H:%M"


def local_input() -> forms.DateTimeInput:
    """The browser's own field for a date and a time."""
    return forms.DateTimeInput(format=LOCAL, attrs={"type": "datetime-local"})


class Budget(forms.Form):
    """What a driver adds at most, and how much the car takes."""

    extra_minutes = Whole(label=_("Most extra minutes"), min_value=1, max_value=MOST_MINUTES)
    extra_miles = Number(label=_("Most extra miles"), min_value=LEAST_MILES, max_value=MOST_MILES, decimal_places=1)
    bags = Whole(label=_("Bags that fit in your car"), min_value=1, max_value=MOST_BAGS)
    max_orders = TypedChoice(
        label=_("Orders at once"), choices=[(n, str(n)) for n in range(1, 5)], coerce=int, initial=2
    )
    has_cold_box = Tick(label=_("I have a cold box with me"), required=False)

    def budget(self) -> dict[str, Any]:
        """The budget in the units of a trip."""
        told = self.cleaned_data
        return {
            "max_extra_seconds": told["extra_minutes"] * 60,
            "max_extra_metres": round(float(told["extra_miles"]) * METRES_PER_MILE),
            "room": told["bags"] * ROOM_OF_A_BAG,
            "max_orders": told["max_orders"],
            "has_cold_box": told["has_cold_box"],
        }


def place_input() -> forms.TextInput:
    """A field for a place, with suggestions while typing where scripts run."""
    return forms.TextInput(attrs={"autocomplete": "off", "data-places": "", "spellcheck": "false"})


def pin_field() -> Text:
    """The point of a place that was chosen, beside its label (`stores.queries.gazetteer.pin_of`)."""
    return Text(widget=forms.HiddenInput, required=False, max_length=200)


class TripForm(Budget):
    """A trip to declare: once, or on some weekdays from then on."""

    key = Id(widget=forms.HiddenInput)
    from_place = PlaceText(label=_("From"), max_length=120, help_text=WHAT_IS_A_PLACE, widget=place_input())
    from_pin = pin_field()
    to_place = PlaceText(label=_("To"), max_length=120, help_text=WHAT_IS_A_PLACE, widget=place_input())
    to_pin = pin_field()
    departs = Moment(label=_("Leave at"), input_formats=[LOCAL], widget=local_input())
    flexible = TypedChoice(
        label=_("Or up to"),
        choices=[(0, _("exactly then")), (15, _("15 min later")), (30, _("30 min later")), (60, _("1 h later"))],
        coerce=int,
        initial=15,
    )
    arrives_by = Moment(label=_("Arrive by"), input_formats=[LOCAL], widget=local_input())
    weekdays = TypedChoices(
        label=_("Repeat on"), choices=WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proposed = self.initial.get("flexible")
        flexible: Any = self.fields["flexible"]
        if proposed is not None and proposed not in dict(flexible.choices):
            flexible.choices = [*flexible.choices, (proposed, _("%(n)s min later") % {"n": proposed})]

    field_order = ("key", "from_place", "from_pin", "to_place", "to_pin", "departs", "flexible", "arrives_by")


class OnlineForm(Budget):
    """Going online from here, for some hours."""

    key = Id(widget=forms.HiddenInput)
    from_place = PlaceText(
        label=_("Where you are"), max_length=120, help_text=WHAT_IS_A_PLACE, required=False, widget=place_input()
    )
    from_pin = pin_field()
    lat = Degrees(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)
    lng = Degrees(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)
    hours = TypedChoice(
        label=_("For how long"), choices=[(n, f"{n} h") for n in (1, 2, 3, 4, 6, 8)], coerce=int, initial=2
    )
    field_order = ("key", "from_place", "lat", "lng", "hours")

    def clean(self) -> dict[str, Any]:
        """Ask for a place where the phone has told none."""
        told = super().clean() or {}
        if not told.get("from_place") and (told.get("lat") is None or told.get("lng") is None):
            self.add_error("from_place", _("Say where you are, or use your phone's position."))
        return told


class BookForm(forms.Form):
    """Booking a place; the key tells a repeated tap from another booking."""

    key = Id(widget=forms.HiddenInput)


class CheckInForm(forms.Form):
    """Checking in for a block: where the phone is, if it tells, and what the car takes."""

    lat = Degrees(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)
    lng = Degrees(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)
    bags = Whole(label=_("Bags that fit in your car"), min_value=1, max_value=MOST_BAGS)
    max_orders = TypedChoice(
        label=_("Orders at once"), choices=[(n, str(n)) for n in range(1, 5)], coerce=int, initial=2
    )
    has_cold_box = Tick(label=_("I have a cold box with me"), required=False)

    def at(self) -> Point | None:
        """Where the phone is."""
        lat, lng = self.cleaned_data["lat"], self.cleaned_data["lng"]
        return None if lat is None or lng is None else Point(lat, lng)


class BlockForm(RowForm):
    """A block in the admin; where the store says nothing, its market says until when a place is given back freely."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "release_minutes" in self.fields:
            self.fields["release_minutes"].required = False
            self.fields["release_minutes"].help_text = "Empty: as the market has it."


class LimitsForm(forms.Form):
    """Hard limits; empty means none."""

    max_miles = Number(label=_("Longest whole drive, miles"), min_value=1, decimal_places=1, required=False)
    max_heaviest = Whole(label=_("Heaviest single item, lb"), min_value=1, max_value=500, required=False)
    max_total = Whole(label=_("Heaviest order, lb"), min_value=1, max_value=2_000, required=False)
    no_alcohol = Tick(label=_("No alcohol or other age-restricted goods"), required=False)
    excluded_stores = SomeOf(
        label=_("Never from these stores"),
        queryset=Store.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, driver: Driver, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stores: Any = self.fields["excluded_stores"]
        stores.queryset = Store.objects.filter(market=driver.market).order_by("name")

    def limits(self) -> HardLimits:
        """The limits in the units of rows."""
        told = self.cleaned_data
        return HardLimits(
            max_metres=None if told["max_miles"] is None else round(float(told["max_miles"]) * METRES_PER_MILE),
            max_heaviest_grams=grams(told["max_heaviest"]),
            max_total_grams=grams(told["max_total"]),
            no_alcohol=told["no_alcohol"],
            excluded_store_ids=[store.pk for store in told["excluded_stores"]],
        )


def grams(pounds: int | None) -> int | None:
    """Whole grams in a limit of pounds."""
    return None if pounds is None else round(pounds * GRAMS_OF_A_POUND)


def limits_initial(limits: Limits | None) -> dict[str, Any]:
    """What the form of limits starts with."""
    if limits is None:
        return {}
    return {
        "max_miles": None if limits.max_metres is None else round(limits.max_metres / METRES_PER_MILE, 1),
        "max_heaviest": pounds(limits.max_heaviest_grams),
        "max_total": pounds(limits.max_total_grams),
        "no_alcohol": limits.no_alcohol,
        "excluded_stores": limits.excluded_stores.all(),
    }


def pounds(weight: int | None) -> int | None:
    """Whole pounds of a limit in grams."""
    return None if weight is None else round(weight / GRAMS_OF_A_POUND)


def within(value: float, least: float, most: float) -> float:
    """A value that a form proposes, inside what the form takes: a trip made elsewhere may hold more."""
    return min(max(value, least), most)


def budget_initial(driver: Driver, last: Trip | None) -> dict[str, Any]:
    """What forms propose: as on the last trip, else what suits the car."""
    if last is not None:
        return {
            "extra_minutes": within(-(-last.max_extra_seconds // 60), 1, MOST_MINUTES),
            "extra_miles": within(round(last.max_extra_metres / METRES_PER_MILE, 1), float(LEAST_MILES), MOST_MILES),
            "bags": within(last.room // ROOM_OF_A_BAG, 1, MOST_BAGS),
            "max_orders": last.max_orders,
            "has_cold_box": last.has_cold_box,
        }
    vehicle = getattr(driver, "vehicle", None)
    bags = vehicle.room // ROOM_OF_A_BAG if vehicle else 4
    box = bool(vehicle and vehicle.has_cold_box)
    return {
        "extra_minutes": 20,
        "extra_miles": 6,
        "bags": within(bags, 1, MOST_BAGS),
        "max_orders": 2,
        "has_cold_box": box,
    }


def places_initial(trip: Trip) -> dict[str, str]:
    """The two ends of a trip as the form carries them: what is left unchanged keeps its point."""
    to = trip.destination
    return {
        "from_place": trip.from_label,
        "from_pin": pin_of(trip.from_label, trip.origin),
        "to_place": trip.to_label,
        "to_pin": pin_of(trip.to_label, to) if to else "",
    }


def trip_initial(driver: Driver, last: Trip | None, departs: datetime, key: UUID | None = None) -> dict[str, Any]:
    """What the form of a new trip starts with."""
    places = places_initial(last) if last and last.destination else {}
    return budget_initial(driver, last) | places | {
        "key": key or uuid4(), "departs": departs, "arrives_by": departs + PROPOSED_SPAN, "flexible": 15,
    }  # fmt: skip

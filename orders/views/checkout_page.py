"""The checkout page: four numbered sections, each folding into a summary of what was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from common.clock import local_day
from common.errors import DomainError
from common.money import dollars, portion
from orders.forms import AddressForm, ContactForm, NotesForm, NumberForm, PayForm, TokenForm
from orders.queries.baskets import Glance, addresses_of
from orders.queries.cards import cards_of
from orders.queries.checkout import Checkout, checkout_of
from orders.queries.checks import HIGH_VALUE_CENTS
from orders.views.pins import PinQuestion
from orders.views.visit import Visit, show, typed_address
from providers.payments.gateway import gateway
from rules.packs_on_file import pack_for
from stores.queries.places import NearZip
from stores.queries.windows import Day, slot_of, window_days

PAGE = "shop/checkout.html"
# What htmx may ask for alone. A partial belongs to the file that defines it, not to the page that includes that file.
PARTS = {"windows": "shop/parts/step_window.html#windows", "sums": "shop/checkout.html#sums"}
STEPS = ("address", "window", "notes", "pay")


@dataclass(frozen=True, slots=True)
class Tip:
    """A tip to choose: its share of the groceries, and what that comes to."""

    percent: int
    cents: int


@dataclass(slots=True)
class Said:
    """What a refused step has to say: the refusal, the section it belongs to, and forms with their errors."""

    refusal: DomainError | None = None
    step: str = ""
    address: AddressForm | None = None
    contact: ContactForm | None = None
    notes: NotesForm | None = None
    pay: PayForm | None = None
    near: tuple[NearZip, ...] = ()
    tip_refusal: DomainError | None = None
    tip_typed: str = ""
    pin: PinQuestion | None = None


def show_checkout(
    request: HttpRequest, visit: Visit, now: datetime, said: Said | None = None, *, template: str = PAGE
) -> HttpResponse:
    """Draw the checkout of the visit's basket, or one of its `PARTS`; the visit must have a basket."""
    assert visit.cart is not None
    said = said or Said()
    checkout = checkout_of(cart_id=visit.cart.pk, now=now)
    context = _choices(request, visit, checkout, now) | _forms(request, checkout, said)
    context |= {"checkout": checkout, "bill": checkout.bill, "said": said, "seconds_left": _seconds_left(checkout, now)}
    context["open_step"] = said.step or _asked_step(request) or next_step(checkout)
    status = said.refusal.status if said.refusal else 200
    glance = Glance(
        {line.store_item_id: line.quantity for line in checkout.lines},
        checkout.bill.subtotal_cents,
        checkout.bill.minimum_cents,
    )
    page = show(request, template, visit, context, glance=glance, status=status)
    return allow_card_script(page)


def pay_form(data: QueryDict | None = None) -> PayForm:
    """The form for a card: a token where the gateway's script takes the number in the browser, and then only that."""
    return TokenForm(data) if gateway().script else NumberForm(data)


def allow_card_script(page: HttpResponse) -> HttpResponse:
    """Loosen the content policy of one page for the gateway's script, if it has one."""
    script = gateway().script
    if script is not None:
        page._csp_update = script.policy  # type: ignore[attr-defined]  # read by django-csp
    return page


def next_step(checkout: Checkout) -> str:
    """The first section that still needs an answer."""
    codes = {problem.code for problem in checkout.problems}
    if checkout.cart.address_id is None or codes & {"address_needed", "outside_area"}:
        return "address"
    return "window" if checkout.hold is None else "pay"


def _asked_step(request: HttpRequest) -> str:
    step = request.GET.get("step", "")
    return step if step in STEPS else ""


def _choices(request: HttpRequest, visit: Visit, checkout: Checkout, now: datetime) -> dict[str, Any]:
    store = checkout.cart.store
    zone = store.market.zone
    days = window_days(store, now)
    return {
        "addresses": addresses_of(visit.shopper_id) if visit.shopper_id else [],
        "cards": cards_of(visit.shopper_id) if visit.shopper_id else [],
        "days": days,
        "day": _chosen_day(request, days, checkout),
        "slot": slot_of(checkout.window, zone, now) if checkout.window and checkout.hold else None,
        "now_local": now.astimezone(zone),
        "earliest_pk": next((one.pk for day in days for one in day.slots if one.can_choose), None),
        "tips": (tips := _tips(checkout, now)),
        "own_tip": _own_tip(checkout.bill.tip_cents, tips),
        "card_script": gateway().script,
        "is_demo": settings.DEBUG,
    }


def _chosen_day(request: HttpRequest, days: list[Day], checkout: Checkout) -> Day | None:
    """The day asked for, else that of the held window, else the first with a free seat."""
    zone = checkout.cart.store.market.zone
    held = local_day(checkout.window.starts_at, zone).isoformat() if checkout.window else ""
    wanted = request.GET.get("day") or held
    named = (day for day in days if day.on.isoformat() == wanted)
    free = (day for day in days if day.can_choose)
    return next(named, None) or next(free, None) or (days[0] if days else None)


def _own_tip(tip_cents: int, tips: Sequence[Tip]) -> str:
    """A tip as it was typed, when no button stands for it."""
    return dollars(tip_cents).strip("$") if tip_cents and tip_cents not in {tip.cents for tip in tips} else ""


def _tips(checkout: Checkout, now: datetime) -> list[Tip]:
    market = checkout.cart.store.market
    pack = pack_for(market.rule_pack, local_day(now, market.zone))
    goods = checkout.bill.subtotal_cents
    return [Tip(bp // 100, portion(goods, bp)) for bp in pack.suggested_tips_bp]


def why_in_person(checkout: Checkout) -> str:
    """Why a basket cannot be left at the door; an empty text when it can."""
    if checkout.age_limit:
        words = _("Items for ages %(years)s+ are handed over in person, with an ID and a passcode.")
        return words % {"years": checkout.age_limit}
    if checkout.needs_passcode:
        return _("Orders of %(from)s or more are handed over in person, with a passcode.") % {
            "from": dollars(HIGH_VALUE_CENTS)
        }
    return ""


def _forms(request: HttpRequest, checkout: Checkout, said: Said) -> dict[str, Any]:
    user, cart = request.user, checkout.cart
    name = user.name if user.is_authenticated else ""
    phone = user.phone if user.is_authenticated else ""
    contact = {"contact_name": cart.contact_name or name, "phone": cart.phone or phone}
    notes = {
        "handover": "leave" if cart.leave_at_door else "hand",
        "instructions": cart.instructions,
        "gate_code": cart.gate_code,
        "wants_passcode": cart.wants_passcode,
    }
    return {
        "address_form": said.address or AddressForm(initial=typed_address(request, cart.zip_code)),
        "contact_form": said.contact or ContactForm(initial=contact),
        "notes_form": said.notes or NotesForm(initial=notes, must_hand_over=why_in_person(checkout)),
        "pay_form": said.pay or pay_form(),
    }


def _seconds_left(checkout: Checkout, now: datetime) -> int:
    return int((checkout.hold.expires_at - now).total_seconds()) if checkout.hold else 0

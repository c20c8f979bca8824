"""How the shop writes items, windows and what is left."""

from datetime import datetime
from typing import Protocol

from django import template
from django.template.defaultfilters import date as write_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.homeward import clock, pounds
from orders.models import Order
from orders.queries.baskets import Glance
from orders.queries.checkout import Checkout
from orders.queries.receipt import card_name
from stores.models import Store
from stores.queries.shelf import Shelved
from stores.queries.windows import Slot, slot_of

register = template.Library()

register.filter("card_name", card_name)


class Promised(Protocol):
    """An order with the moment it is promised by."""

    @property
    def order(self) -> Order: ...
    @property
    def store(self) -> Store: ...
    @property
    def promised_by(self) -> datetime: ...


@register.filter
def quantity_of(glance: Glance, item: Shelved) -> int:
    """How many of an item the basket holds."""
    return glance.quantities.get(item.store_item_id, 0)


@register.filter
def weight_note(item: Shelved) -> str:
    """What one piece of a weighed item is expected to weigh."""
    return _("about %(weight)s") % {"weight": pounds(item.piece_pounds)} if item.piece_pounds else ""


@register.filter
def stock_badge(item: Shelved) -> str:
    """A word when little is left."""
    return ngettext("Last one", "%(count)d left", item.stock) % {"count": item.stock} if item.is_few else ""


@register.filter
def seats_words(slot: Slot) -> str:
    """How full a window is, in words."""
    if slot.is_full:
        return _("Full")
    if not slot.is_open:
        return _("Closed")
    if slot.is_few:
        return ngettext("%(count)d left", "%(count)d left", slot.seats_left) % {"count": slot.seats_left}
    return _("Available")


@register.filter
def span(slot: Slot) -> str:
    """From when to when, such as 5:00 to 7:00 pm; both halves of the day are named when they differ."""
    start, end = clock(slot.starts_at, slot.starts_at.tzinfo), clock(slot.ends_at, slot.ends_at.tzinfo)
    if start.split(" ")[-1] == end.split(" ")[-1]:
        start = start.rsplit(" ", 1)[0]
    return f"{start} \N{EN DASH} {end}"


@register.filter
def day_name(slot: Slot, now_local: datetime) -> str:
    """Today, tomorrow, or the weekday of a window."""
    days = (slot.starts_at.date() - now_local.date()).days
    if days in (0, 1):
        return _("today") if days == 0 else _("tomorrow")
    return write_date(slot.starts_at, "l")


@register.simple_tag(takes_context=True)
def toggled(context: template.Context, name: str, value: str) -> str:
    """This page's address with one filter set, or taken out when `value` is empty; back on page one."""
    asked = context["request"].GET.copy()
    asked.pop("page", None)
    asked.pop(name, None)
    if value:
        asked[name] = value
    query = asked.urlencode()
    return f"?{query}" if query else context["request"].path


@register.filter
def is_same(one: int, other: int) -> str:
    """Whether two amounts are equal, as ARIA writes it."""
    return "true" if one == other else "false"


@register.simple_tag
def window_words(slot: Slot, now_local: datetime) -> str:
    """A window in one line: Friday, 5:00 to 7:00 pm."""
    return f"{day_name(slot, now_local).capitalize()}, {span(slot)}"


@register.simple_tag
def order_slot(order: Order, now_local: datetime) -> str:
    """The window an order was placed for; needs `window` and `store__market` read along."""
    return window_words(slot_of(order.window, order.store.market.zone, order.placed_at), now_local)


@register.simple_tag
def notes_words(checkout: Checkout) -> str:
    """The third section in one line: how to hand over, and how many items have a wish of their own."""
    cart = checkout.cart
    is_left = cart.leave_at_door and not checkout.needs_passcode
    words = [_("Leave at the door") if is_left else _("Hand to me")]
    if cart.wants_passcode or checkout.needs_passcode:
        words.append(_("with a passcode"))
    no_substitute = sum(line.wish == "none" for line in checkout.lines)
    if no_substitute:
        words.append(
            ngettext("%(count)d without substitute", "%(count)d without substitute", no_substitute)
            % {"count": no_substitute}
        )
    return ", ".join(words)


@register.filter
def status_word(order: Order) -> str:
    """Where an order stands, in a shopper's words."""
    words = {"picking": _("Being prepared"), "ready": _("Packed"), "cancelled": _("Canceled")}
    return words.get(order.status) or order.get_status_display()


@register.filter
def order_tone(status: str) -> str:
    """The colour of an order's badge."""
    return {"delivered": "go", "cancelled": "quiet", "returned": "refuse"}.get(status, "info")


@register.simple_tag
def promised(tracking: Promised, now_local: datetime) -> str:
    """When it was promised: Friday, by 7:00 pm."""
    window = slot_of(tracking.order.window, tracking.store.market.zone, tracking.order.placed_at)
    by = tracking.promised_by.astimezone(tracking.store.market.zone)
    if by == window.ends_at:
        return window_words(window, now_local)
    return _("%(day)s by %(time)s") % {"day": day_name(window, now_local).capitalize(), "time": clock(by, by.tzinfo)}

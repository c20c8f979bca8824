"""What a checkout refuses, and why: every rule looks at the basket as read, and says its sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import lazy
from django.utils.translation import gettext

from common.errors import DomainError
from common.geo import Point
from common.money import dollars
from orders.models import Cart, WindowHold
from orders.pricing import Bill, PricedLine
from stores.models import Window


class EmptyBasket(DomainError):
    """Your basket is empty. Add something first."""

    code = "empty_basket"


class AddressNeeded(DomainError):
    """Choose or add a delivery address."""

    code = "address_needed"


class OutsideArea(DomainError):
    """This store does not deliver to that address. Choose another address or another store; your basket is saved."""

    code = "outside_area"


class StorePaused(DomainError):
    """This store isn't taking orders right now. Your basket is saved; try again later."""

    code = "store_paused"


class WindowNeeded(DomainError):
    """Choose a delivery time."""

    code = "window_needed"


class WindowFull(DomainError):
    """That delivery time just filled up. Choose another; your basket is unchanged."""

    code = "window_full"


class WindowClosed(DomainError):
    """That delivery time is no longer available. Choose another; your basket is unchanged."""

    code = "window_closed"


class BelowMinimum(DomainError):
    """Your basket is below the store's minimum."""

    code = "below_minimum"

    def __init__(self, missing_cents: int) -> None:
        self.missing_cents = missing_cents
        super().__init__("Add %(missing)s more to order from this store.", missing=dollars(missing_cents))


class NotATip(DomainError):
    """Enter the tip in dollars and cents, such as 6.50."""

    code = "not_a_tip"
    status = 400


class TipTooLarge(DomainError):
    """That tip is more than we take for this basket."""

    code = "tip_too_large"
    status = 400

    def __init__(self, most_cents: int) -> None:
        self.most_cents = most_cents
        super().__init__("A tip for this order can be at most %(most)s.", most=dollars(most_cents))


@dataclass(frozen=True, slots=True)
class Shortage:
    """One line of a basket that the shelf cannot fill."""

    store_item_id: int
    name: str
    wanted: int
    left: int

    def __str__(self) -> str:
        words = gettext("only %(left)s of %(name)s left") if self.left else gettext("%(name)s is sold out")
        return words % {"left": self.left, "name": self.name}


class SoldOut(DomainError):
    """Something in your basket is sold out."""

    code = "sold_out"

    def __init__(self, shortages: tuple[Shortage, ...]) -> None:
        self.shortages = shortages
        super().__init__(
            "%(what)s. Change your basket and order again; nothing was charged.", what=lazy(_in_words, str)(shortages)
        )


def _in_words(shortages: tuple[Shortage, ...]) -> str:
    what = ", ".join(map(str, shortages))
    return what[:1].upper() + what[1:]


class PriceChanged(DomainError):
    """The total has changed since you opened the page."""

    code = "price_changed"

    def __init__(self, bill: Bill, shown_cents: int) -> None:
        self.bill = bill
        self.shown_cents = shown_cents
        super().__init__(
            "The total is now %(now)s instead of %(shown)s because something changed since you opened this page. "
            "Nothing was charged. Review it and order again.",
            now=dollars(bill.total_cents),
            shown=dollars(shown_cents),
        )


HIGH_VALUE_CENTS = 20_000  # from here on an order is handed over for a passcode


def must_be_handed_over(lines: tuple[PricedLine, ...], bill: Bill) -> bool:
    """Whether an order goes to a person for a passcode: age-restricted goods, or a dear order (S20)."""
    return any(line.age_limit for line in lines) or bill.subtotal_cents >= HIGH_VALUE_CENTS


@dataclass(frozen=True, slots=True)
class Basket:
    """A basket as one read sees it: its lines at shelf prices, the seat it has, and what it would cost."""

    cart: Cart
    lines: tuple[PricedLine, ...]
    hold: WindowHold | None
    window: Window | None
    bill: Bill
    is_in_zip: bool


def refusals(basket: Basket, now: datetime) -> Iterator[DomainError]:
    """Everything that stands in the way of ordering, the first thing to put right first."""
    if not basket.lines:
        yield EmptyBasket()
    if basket.cart.store.is_paused or basket.cart.store.market.is_paused:
        yield StorePaused()
    yield from _of_address(basket)
    if short := shortages(basket.lines):
        yield SoldOut(short)
    if basket.lines and basket.bill.missing_cents:
        yield BelowMinimum(basket.bill.missing_cents)
    if basket.lines and basket.bill.tip_cents > basket.bill.most_tip_cents:
        yield TipTooLarge(basket.bill.most_tip_cents)
    yield from _of_window(basket, now)


def shortages(lines: tuple[PricedLine, ...]) -> tuple[Shortage, ...]:
    """Lines that the shelf cannot fill."""
    left = [(line, line.stock if line.is_available else 0) for line in lines]
    return tuple(Shortage(ln.store_item_id, ln.name, ln.quantity, has) for ln, has in left if has < ln.quantity)


def _of_address(basket: Basket) -> Iterator[DomainError]:
    address, store = basket.cart.address, basket.cart.store
    if address is None:
        yield AddressNeeded()
    elif not basket.is_in_zip or store.point.metres_to(Point(address.lat, address.lng)) > store.radius_metres:
        yield OutsideArea()


def _of_window(basket: Basket, now: datetime) -> Iterator[DomainError]:
    """A seat that is held is honoured although its window's cutoff has come meanwhile."""
    window, hold = basket.window, basket.hold
    if window is None:
        yield WindowNeeded()
    elif window.store_id != basket.cart.store_id or window.is_closed:
        yield WindowClosed()
    elif hold is None or not hold.is_live(now):
        if not window.is_open(now):
            yield WindowClosed()
        elif hold is None and not window.seats_left:
            yield WindowFull()

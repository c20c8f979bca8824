"""A basket as the checkout sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from orders.models import Cart, CartLine, WindowHold
from orders.pricing import Bill, PricedLine, bill_of
from orders.queries.checks import Basket, must_be_handed_over, refusals
from orders.queries.pricing import priced_lines, terms_of
from stores.models import ServiceZip, Window

# Only what is read: the columns of three tables cost processor time in every order.
LINE_COLUMNS = (
    *("cart", "quantity", "wish", "wish_item"),
    *(f"store_item__{name}" for name in ("price_cents", "stock", "is_available")),
    *(f"store_item__item__{name}" for name in ("name", "is_weighed", "piece_pounds", "is_taxable", "is_snap")),
    *(f"store_item__item__{name}" for name in ("age_limit", "cold_class", "grams", "room")),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why the basket cannot be ordered as it is."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """Everything the basket and checkout pages show."""

    cart: Cart
    hold: WindowHold | None
    window: Window | None
    bill: Bill
    lines: tuple[PricedLine, ...]
    problems: tuple[Problem, ...]

    @property
    def age_limit(self) -> int:
        """From what age on somebody must be who takes it at the door; 0 when nothing in it is for adults only."""
        return max((line.age_limit for line in self.lines), default=0)

    @property
    def needs_passcode(self) -> bool:
        """Whether it is handed over for a code, whatever was wished."""
        return must_be_handed_over(self.lines, self.bill)


def checkout_of(*, cart_id: int, now: datetime) -> Checkout:
    """A basket with its bill and what still stands in its way, in three queries; locks nothing."""
    cart = carts_for_checkout(Cart.objects.all()).get(pk=cart_id)
    basket = read_basket(cart, lines_of(cart), now=now)
    found = tuple(Problem(refusal.code, refusal.spoken) for refusal in refusals(basket, now))
    return Checkout(cart, _live(basket.hold, now), basket.window, basket.bill, basket.lines, found)


def carts_for_checkout(carts: QuerySet[Cart]) -> QuerySet[Cart]:
    """Carts with everything beside their lines that a checkout looks at, in one query."""
    in_zip = ServiceZip.objects.filter(store=OuterRef("store"), zip_code=OuterRef("address__zip_code"))
    return carts.select_related("store__market", "address", "shopper").annotate(is_in_zip=Exists(in_zip))


def lines_of(cart: Cart) -> QuerySet[CartLine]:
    """Lines of a basket with what prices them, as they were added."""
    return cart.lines.select_related("store_item__item").only(*LINE_COLUMNS).order_by("pk")


def read_basket(cart: Cart, lines: Sequence[CartLine] | QuerySet[CartLine], *, now: datetime) -> Basket:
    """Price a basket and find its seat. The cart comes from `carts_for_checkout`."""
    hold = last_hold(cart.pk)
    window = hold.window if hold else None
    found = priced_lines(lines, cart.store)
    bill = bill_of(found, terms_of(cart, fee_cents=window.fee_cents if window else 0, now=now))
    is_unsettled = hold is not None and hold.released_at is None
    is_in_zip = bool(cart.is_in_zip)  # type: ignore[attr-defined]  # annotated
    return Basket(cart, found, hold if is_unsettled else None, window, bill, is_in_zip)


def last_hold(cart_id: int) -> WindowHold | None:
    """The seat a basket has, or had last: after it ran out the same window is tried again."""
    holds = WindowHold.objects.filter(cart_id=cart_id, sold_at__isnull=True)
    return holds.select_related("window").order_by("-pk").first()


def _live(hold: WindowHold | None, now: datetime) -> WindowHold | None:
    return hold if hold and hold.is_live(now) else None

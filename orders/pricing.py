"""What a basket costs: pure, from shelf prices and the store's rates to the total and the hold.

Every rounding happens once per line. All amounts are whole cents; rates are basis points.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from common.money import portion, price
from rules.pack import RulePack, fees_due, most_tip_cents


@dataclass(frozen=True, slots=True)
class PricedLine:
    """Some pieces of one item in a basket, priced from the shelf; `stock` is what is left there."""

    store_item_id: int
    item_id: int
    name: str
    quantity: int
    price_cents: int
    is_weighed: bool
    estimated_pounds: Decimal
    estimated_cents: int
    tax_bp: int
    is_general: bool  # taxed as general goods: what a statutory fee's threshold counts
    is_snap: bool
    age_limit: int
    cold_class: str
    grams: int
    room: int
    wish: str
    wish_item_id: int | None
    stock: int
    is_available: bool

    @property
    def tax_cents(self) -> int:
        """Tax on the estimate."""
        return portion(self.estimated_cents, self.tax_bp)

    @property
    def may_change(self) -> bool:
        """Whether its final price can differ: it will be weighed, or replaced by something else."""
        return self.is_weighed or self.wish != "none"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a bill follows from besides its lines."""

    delivery_fee_cents: int
    tip_cents: int
    minimum_cents: int
    hold_buffer_bp: int
    pack: RulePack


@dataclass(frozen=True, slots=True)
class Bill:
    """What is asked for a basket: each part a line of its own, the total, and the most that is held on the card."""

    subtotal_cents: int
    delivery_fee_cents: int
    statutory_fee_cents: int
    statutory_fee_label: str
    tax_cents: int
    tip_cents: int
    total_cents: int
    buffer_cents: int
    hold_cents: int
    minimum_cents: int
    missing_cents: int
    units: int
    most_tip_cents: int


def estimate(price_cents: int, quantity: int, piece_pounds: Decimal | None) -> tuple[Decimal, int]:
    """Pounds and cents expected of some pieces; pounds are 0 for what is not sold by weight."""
    if piece_pounds is None:
        return Decimal(0), price_cents * quantity
    pounds = piece_pounds * quantity
    return pounds, price(price_cents, pounds)


def bill_of(lines: Sequence[PricedLine], terms: Terms) -> Bill:
    """Add up a basket.

    The minimum counts goods alone. The buffer is a stated share of the lines whose price may still change, with
    their tax: scales and substitutes decide the final price, and never more than the hold is taken.
    """
    subtotal = sum(line.estimated_cents for line in lines)
    tax = sum(line.tax_cents for line in lines)
    fees = fees_due(terms.pack, sum(line.estimated_cents for line in lines if line.is_general))
    statutory = sum(fee.amount_cents for fee in fees)
    total = subtotal + terms.delivery_fee_cents + statutory + tax + terms.tip_cents
    may_change = sum(line.estimated_cents + line.tax_cents for line in lines if line.may_change)
    buffer = portion(may_change, terms.hold_buffer_bp)
    return Bill(
        subtotal_cents=subtotal,
        delivery_fee_cents=terms.delivery_fee_cents,
        statutory_fee_cents=statutory,
        statutory_fee_label=", ".join(fee.label for fee in fees),
        tax_cents=tax,
        tip_cents=terms.tip_cents,
        total_cents=total,
        buffer_cents=buffer,
        hold_cents=total + buffer,
        minimum_cents=terms.minimum_cents,
        missing_cents=max(0, terms.minimum_cents - subtotal),
        units=sum(line.quantity for line in lines),
        most_tip_cents=most_tip_cents(terms.pack, subtotal),
    )


class FinalLine(Protocol):
    """A line of an order once it is picked, short or substituted."""

    final_cents: int | None
    tax_bp: int


class Charged(Protocol):
    """An order's amounts that picking does not change."""

    delivery_fee_cents: int
    statutory_fee_cents: int
    tip_cents: int


@dataclass(frozen=True, slots=True)
class Finals:
    """What an order comes to once everything is in bags."""

    subtotal_cents: int
    tax_cents: int
    total_cents: int


def finals_of(order: Charged, lines: Iterable[FinalLine]) -> Finals:
    """Add up an order whose lines are all decided; tax follows what is charged, line by line."""
    decided = [(line.final_cents or 0, line.tax_bp) for line in lines]
    subtotal = sum(cents for cents, _ in decided)
    tax = sum(portion(cents, bp) for cents, bp in decided)
    fixed = order.delivery_fee_cents + order.statutory_fee_cents + order.tip_cents
    return Finals(subtotal, tax, subtotal + tax + fixed)

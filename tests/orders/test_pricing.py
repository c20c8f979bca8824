"""What a basket costs: nothing is lost to rounding, and the hold covers what may change."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from common.money import portion
from orders.pricing import PricedLine, Terms, bill_of, estimate
from rules.packs_on_file import pack_for


def terms(
    *, fee: int = 995, tip: int = 0, minimum: int = 3_000, buffer_bp: int = 1_500, pack: str = "default"
) -> Terms:
    """What a bill follows from besides its lines."""
    return Terms(fee, tip, 3_000, buffer_bp, pack_for(pack, date(2026, 6, 5)))


def line(cents: int = 400, quantity: int = 1, *, pounds: str = "", tax_bp: int = 625, wish: str = "best") -> PricedLine:
    """A line at a price per piece, or per pound when a piece's weight is named."""
    weight, expected = estimate(cents, quantity, Decimal(pounds) if pounds else None)
    return PricedLine(
        store_item_id=1,
        item_id=1,
        name="Apples",
        quantity=quantity,
        price_cents=cents,
        is_weighed=bool(pounds),
        estimated_pounds=weight,
        estimated_cents=expected,
        tax_bp=tax_bp,
        is_general=tax_bp > 625,
        is_snap=True,
        age_limit=0,
        cold_class="ambient",
        grams=500,
        room=1,
        wish=wish,
        wish_item_id=None,
        stock=100,
        is_available=True,
    )


lines = st.lists(
    st.builds(
        line,
        st.integers(1, 50_000),
        st.integers(1, 99),
        pounds=st.sampled_from(["", "0.5", "1.333"]),
        tax_bp=st.sampled_from([0, 625, 925]),
        wish=st.sampled_from(["best", "this", "none"]),
    ),
    max_size=12,
)


@given(lines, st.integers(0, 2_000), st.integers(0, 50_000), st.integers(0, 3_000))
def test_every_part_of_a_bill_is_a_line_of_its_own_and_they_add_up(
    basket: list[PricedLine], fee: int, tip: int, buffer_bp: int
) -> None:
    bill = bill_of(basket, terms(fee=fee, tip=tip, buffer_bp=buffer_bp))

    parts = (bill.subtotal_cents, bill.delivery_fee_cents, bill.statutory_fee_cents, bill.tax_cents, bill.tip_cents)
    assert bill.total_cents == sum(parts)
    assert bill.hold_cents == bill.total_cents + bill.buffer_cents
    assert bill.tax_cents == sum(portion(one.estimated_cents, one.tax_bp) for one in basket)
    assert 0 <= bill.buffer_cents <= portion(bill.subtotal_cents + bill.tax_cents, buffer_bp)


@given(lines, lines)
def test_two_baskets_cost_together_what_they_cost_apart(some: list[PricedLine], more: list[PricedLine]) -> None:
    both, one, other = (bill_of(basket, terms(fee=0)) for basket in (some + more, some, more))

    assert both.subtotal_cents == one.subtotal_cents + other.subtotal_cents
    assert both.tax_cents == one.tax_cents + other.tax_cents


def test_the_minimum_counts_goods_alone() -> None:
    bill = bill_of([line(2_140)], terms(fee=995, tip=2_000))

    assert (bill.missing_cents, bill.minimum_cents) == (860, 3_000)


def test_only_what_may_still_change_is_buffered() -> None:
    fixed, weighed = line(1_000, wish="none"), line(200, 4, pounds="0.5", wish="none")

    assert bill_of([fixed], terms()).buffer_cents == 0
    assert bill_of([fixed, weighed], terms()).buffer_cents == portion(400 + 25, 1_500)


def test_pieces_sold_by_weight_are_estimated_and_rounded_once() -> None:
    assert estimate(69, 3, Decimal("0.5")) == (Decimal("1.5"), 104)
    assert estimate(69, 3, None) == (Decimal(0), 207)


def test_a_statutory_fee_looks_at_taxable_goods_only() -> None:
    food, grill = line(20_000, tax_bp=0), line(10_000, tax_bp=925)

    assert bill_of([food], terms(pack="minnesota")).statutory_fee_cents == 0
    assert bill_of([food, grill], terms(pack="minnesota")).statutory_fee_cents == 50

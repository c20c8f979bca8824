"""Writing down what a driver earned, in the books as well, so that what was offered is what is paid."""

from datetime import datetime
from uuid import UUID

from common.money import portion
from common.transactions import needs_transaction
from drivers.models import Driver
from ledger import chart
from ledger.actions import Line, post
from payouts.models import Earning, PayScheme

CHANGES = {Earning.Kind.TIP_CHANGE, Earning.Kind.CORRECTION}


@needs_transaction
def record_earning(
    *,
    driver_id: int,
    market_id: int,
    kind: str,
    source: str,
    delivery_ref: UUID | None,
    offer_ref: UUID | None,
    label: str,
    offered_pay_cents: int,
    offered_tip_cents: int,
    pay_cents: int,
    tip_cents: int,
    engaged_seconds: int,
    added_seconds: int,
    added_metres: int,
    now: datetime,
    unearned_pay_cents: int = 0,
    unearned_tip_cents: int = 0,
    number: str = "",
) -> Earning:
    """Owe a driver for one delivery, once: pay, the whole tip, and a top-up of whatever falls short of the offer.

    Called in the transaction that makes the delivery delivered, so neither exists without the other. A repeat of
    (kind, source) returns the first earning. What is of no delivery is the guarantee of a block. Pay
    and tip are made good apart: a tip cannot fill a hole in the pay. What was offered and fell away by the rules
    themselves (the tip of an order that came back) is `unearned_*`: shown beside the offer, owed by nobody. A change
    to an earlier earning has no offer of its own: it is never topped up, so that a tip that falls falls.
    """
    known = Earning.objects.filter(kind=kind, source=source).first()
    if known is not None:
        return known
    is_change = kind in CHANGES
    short_of_pay = 0 if is_change else max(0, offered_pay_cents - pay_cents)
    short_of_tip = 0 if is_change else max(0, offered_tip_cents - tip_cents)
    earning = Earning.objects.create(
        driver_id=driver_id,
        market_id=market_id,
        kind=kind,
        source=source,
        delivery_ref=delivery_ref,
        offer_ref=offer_ref,
        number=number,
        label=label[:120],
        offered_pay_cents=offered_pay_cents,
        offered_tip_cents=offered_tip_cents,
        pay_cents=pay_cents,
        tip_cents=tip_cents,
        topup_cents=short_of_pay + short_of_tip,
        unearned_pay_cents=unearned_pay_cents,
        unearned_tip_cents=unearned_tip_cents,
        engaged_seconds=engaged_seconds,
        added_seconds=added_seconds,
        added_metres=added_metres,
        earned_at=now,
    )
    book_earning(earning, short_of_pay=short_of_pay, short_of_tip=short_of_tip)
    return earning


@needs_transaction
def book_earning(earning: Earning, *, short_of_pay: int, short_of_tip: int) -> None:
    """Post one earning: the house's cost, the shopper's tip, what was made good, and the firm's fee on top."""
    driver = Driver.objects.select_related("firm").get(pk=earning.driver_id)
    payable = chart.driver_payable(driver.public_id)
    fee = firm_fee_cents(earning)
    lines = [
        Line(chart.DELIVERY_COST, earning.pay_cents),
        Line(chart.TIPS_PAYABLE, earning.tip_cents),
        Line(chart.HOUSE_TOPUP, short_of_pay),
        Line(chart.TIPS_MADE_GOOD, short_of_tip),
        Line(payable, -earning.total_cents),
        Line(chart.FIRM_FEES, fee),
        Line(chart.firm_payable(driver.engaged_by.public_id), -fee),
    ]
    if any(line.amount_cents for line in lines):
        post(kind=f"earning.{earning.kind}", source=earning.source, occurred_at=earning.earned_at, lines=lines)


def firm_fee_cents(earning: Earning) -> int:
    """The firm's fee for one earning: a part of the pay, never of the tip, and none for what was taken back."""
    scheme = PayScheme.objects.filter(market=earning.market_id).first()
    return portion(max(0, earning.pay_cents), scheme.firm_fee_bp) if scheme else 0

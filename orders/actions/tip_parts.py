"""What a tip is made of: each payment's part of it, what the house makes good, and what could not be collected.

At every moment an order's tip is the sum of the parts of its live payments (`Payment.tip_cents` less what was given
back of it), so nobody is promised a cent that no card stands for. All of this runs under the order's lock.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from common.clock import local_day
from common.transactions import needs_transaction
from events.actions.record import record
from orders.actions.books import book_tip_made_good
from orders.actions.refunds import REACHABLE, book_back, tip_part_of
from orders.models import Order, Payment, TipChange
from orders.states import PaymentStatus
from rules.pack import RulePack, most_tip_cents
from rules.packs_on_file import pack_for

NO_TIP_YET = {PaymentStatus.HOLDING, PaymentStatus.CHALLENGED}


def rules_of(order: Order, now: datetime) -> RulePack:
    """The rules of the order's market on this day."""
    market = order.store.market
    return pack_for(market.rule_pack, local_day(now, market.zone))


def most_tip_of(order: Order, now: datetime) -> int:
    """Cents to which an order's tip may be raised: a share of the goods as ordered, and at least the rules' floor."""
    return most_tip_cents(rules_of(order, now), order.subtotal_cents)


def raises_under_way(order: Order) -> list[Payment]:
    """Payments of raises that are not part of the tip yet: being authorised, confirmed or, after delivery, taken."""
    known = {str(key) for key in order.tip_changes.values_list("key", flat=True)}
    open_ones = order.payments.select_for_update(no_key=True, of=("self",)).filter(
        purpose=Payment.Purpose.TIP, status__in=[*NO_TIP_YET, *REACHABLE - {PaymentStatus.CAPTURED}]
    )
    return [payment for payment in open_ones.order_by("pk") if payment.key.removeprefix("tip:") not in known]


@needs_transaction
def write_tip(
    order: Order, tip_cents: int, *, key: UUID, now: datetime, reason: str = "", is_uncollected: bool = False
) -> TipChange:
    """Write a new tip on a locked order, with what the house makes good of it, its history and its event."""
    rise = tip_cents - order.tip_cents
    change = TipChange.objects.create(
        order=order,
        key=key,
        from_cents=order.tip_cents,
        to_cents=tip_cents,
        made_good_cents=_made_good(order, tip_cents, now),
        reason=reason.strip()[:200],
        is_uncollected=is_uncollected,
        at=now,
    )
    book_tip_made_good(change=change, now=now)
    order.tip_cents, order.total_cents = tip_cents, order.total_cents + rise
    if order.final_total_cents is not None:
        order.final_total_cents += rise
    order.save(update_fields=["tip_cents", "total_cents", "final_total_cents"])
    record("tip.changed", at=now, order_id=order.pk, tip_change_id=change.pk)
    return change


@needs_transaction
def take_off(order: Order, cents: int, change: TipChange, *, by: str, now: datetime) -> None:
    """Take a lowered tip off its payments, the newest raise first: not taken where nothing is yet, else given back.

    Raises:
        RefundTooLarge: the gateway's own desk has given back what the tip would come from.
    """
    for number, payment in enumerate(_carrying(order)):
        part = min(cents, tip_part_of(payment))
        if part <= 0:
            continue
        if payment.to_capture_cents is None:
            payment.tip_cents -= part
            payment.save(update_fields=["tip_cents"])
        else:
            reason = f"Tip lowered: {change.reason}"
            book_back(payment, part, tip_cents=part, key=f"tip:{change.key}:{number}", reason=reason, by=by, now=now)
        cents -= part
    assert cents == 0  # the parts of the payments are the tip


@needs_transaction
def lose_tip(order: Order, payment: Payment, *, now: datetime) -> None:
    """Take a payment's part off the tip because its bank did not pay it; the house makes good as far as it must."""
    part = tip_part_of(payment)
    if part > 0:
        payment.tip_cents -= part
        payment.save(update_fields=["tip_cents"])
        write_tip(order, order.tip_cents - part, key=payment.public_id, now=now, is_uncollected=True)


def _carrying(order: Order) -> QuerySet[Payment]:
    """The payments that carry an order's tip, locked: raises first, the newest first."""
    payments = order.payments.select_for_update(no_key=True, of=("self",)).filter(status__in=REACHABLE)
    return payments.order_by("-purpose", "-pk")


def _made_good(order: Order, tip_cents: int, now: datetime) -> int:
    """What the house adds at a new tip, or takes back of what it added, when the shopper gives it again.

    What the driver's accepted offer said is made good up to the rules' cap, and no more: what was raised after the
    claim, or after the door, was never part of it.
    """
    if order.delivered_at is None:
        return 0
    given: int = order.tip_changes.aggregate(cents=Sum("made_good_cents", default=0))["cents"]
    short = max(0, (order.offered_tip_cents or 0) - tip_cents)
    return min(rules_of(order, now).tip_made_good_cap_cents, short) - given

"""Passing a tip that changed on to its driver, to the cent."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import BigIntegerField, Exists, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from dispatch.actions.paying import label_of
from dispatch.models import Delivery, RunDelivery
from dispatch.states import DeliveryStatus
from orders.actions.locks import lock_order
from orders.models import TipChange
from orders.states import PaymentStatus
from payouts.actions.earnings import record_earning
from payouts.models import Earning

TIPPED = [Earning.Kind.DELIVERY, Earning.Kind.TIP_CHANGE]
LOOKED_BACK = timedelta(days=14)  # twice as long as a tip can be changed
BATCH = 200


@transaction.atomic(durable=True)
def pay_tip_change(*, tip_change_id: int, now: datetime) -> Earning | None:
    """Bring what a driver got in tips of one delivery to what the shopper gives and the house makes good.

    What a staff van brought earns no tip here: it stays in the books as tips owed, for the payroll to pay out.

    Locks the order. Sums decide, not clocks: a change that raced the delivery is paid exactly once, by the delivery's
    earning or by this one. Before delivery only what coming offers show is brought up to date, and a repeat finds
    nothing left.
    """
    change = TipChange.objects.get(pk=tip_change_id)
    order = lock_order(change.order_id)
    delivery = Delivery.objects.select_related("store").filter(order=order, status=DeliveryStatus.DELIVERED).first()
    if delivery is None:
        Delivery.objects.filter(order=order).update(tip_cents=order.tip_cents)
        return None
    made_good = order.tip_changes.aggregate(cents=Sum("made_good_cents", default=0))["cents"]
    earned = Earning.objects.filter(delivery_ref=delivery.public_id, kind__in=TIPPED)
    missing = order.tip_cents + made_good - earned.aggregate(cents=Sum("tip_cents", default=0))["cents"]
    if missing == 0:
        return None
    carried = RunDelivery.objects.select_related("run", "offer").get(delivery=delivery, dropped_at=None)
    if carried.offer is None:
        return None
    return record_earning(
        driver_id=carried.run.driver_id,
        market_id=delivery.market_id,
        kind=Earning.Kind.TIP_CHANGE,
        source=f"tip:{change.pk}",
        delivery_ref=delivery.public_id,
        number=order.number,
        offer_ref=carried.offer.public_id,
        label=f"{'Tip not collected' if change.is_uncollected else 'Tip changed'}: {label_of(delivery)}",
        offered_pay_cents=0,
        offered_tip_cents=0,
        pay_cents=0,
        tip_cents=missing,
        engaged_seconds=0,
        added_seconds=0,
        added_metres=0,
        now=now,
    )


@transaction.atomic(durable=True)
def note_authorisation(*, order_id: int) -> bool:
    """Bring to coming offers whether the tip is authorised or, while a hold that ran out is asked for again, pledged.

    Locks the order, so that the last to look tells the truth; returns it.
    """
    order = lock_order(order_id)
    is_authorised = not order.payments.filter(status=PaymentStatus.LAPSED, tip_cents__gt=0).exists()
    Delivery.objects.filter(order=order).update(tip_is_authorised=is_authorised)
    return is_authorised


def tips_not_passed_on(*, now: datetime, limit: int = BATCH) -> list[int]:
    """Latest tip changes of deliveries whose driver has not got what they come to: what lost messages leave behind."""
    changes = TipChange.objects.filter(order=OuterRef("order")).order_by()
    earned = Earning.objects.filter(delivery_ref=OuterRef("public_id"), kind__in=TIPPED).order_by()
    given = changes.values("order").annotate(cents=Sum("made_good_cents")).values("cents")
    got = earned.values("delivery_ref").annotate(cents=Sum("tip_cents")).values("cents")
    paid_by_offer = RunDelivery.objects.filter(delivery=OuterRef("pk"), dropped_at=None, offer__isnull=False)
    rows = Delivery.objects.filter(
        Exists(paid_by_offer), status=DeliveryStatus.DELIVERED, order__tip_changes__at__gt=now - LOOKED_BACK
    ).annotate(
        due=F("order__tip_cents") + Subquery(given, output_field=BigIntegerField()),
        got=Coalesce(Subquery(got, output_field=BigIntegerField()), 0),
        latest=Subquery(changes.order_by("-pk").values("pk")[:1]),
    )
    return list(rows.exclude(due=F("got")).order_by("pk").distinct().values_list("latest", flat=True)[:limit])

"""Background work on shoppers' money. Each task may be lost or come twice: the sweep is the guarantee."""

from celery import shared_task
from django.utils import timezone

from orders.actions import capturing, refunds, sweeping


@shared_task
def capture_order(*, order_id: int, **_: object) -> None:
    """Take a delivered order's final total."""
    capturing.capture_payment(order_id=order_id, now=timezone.now())


@shared_task
def release_payment(*, order_id: int, **_: object) -> None:
    """Let go what was held for an order that ended without delivery."""
    capturing.release_payment(order_id=order_id, now=timezone.now())


@shared_task
def pay_refund(*, refund_id: int, **_: object) -> None:
    """Send a refund to its card."""
    refunds.pay_refund(refund_id=refund_id, now=timezone.now())


@shared_task
def sweep_payments(**_: object) -> None:
    """Finish what is open and due."""
    while sweeping.sweep_payments(now=timezone.now()) >= sweeping.BATCH:
        pass

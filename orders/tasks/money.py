"""Background work on shoppers' money. Each task may be lost or come twice: the sweep is the guarantee."""

from celery import shared_task
from django.utils import timezone

from orders import mails
from orders.actions import capturing, refunds, reports, sweeping
from orders.models import Payment
from orders.own_reports import send_own_reports


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


@shared_task
def apply_report(*, report_id: int, **_: object) -> None:
    """Bring a payment to what the gateway says of it."""
    reports.apply_report(report_id=report_id, now=timezone.now())


@shared_task
def tell_shopper(*, payment_id: int, **_: object) -> None:
    """Write to a shopper whose hold ran out and whose bank refuses another."""
    mails.write_of_lapse(Payment.objects.select_related("order", "shopper").get(pk=payment_id))


@shared_task
def sweep_reports(**_: object) -> None:
    """Let the built-in gateway send its reports, and apply those that wait."""
    send_own_reports(now=timezone.now())
    while reports.sweep_reports(now=timezone.now()) >= reports.BATCH:
        pass

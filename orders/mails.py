"""What shoppers are written to about an order's money."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from common.transactions import outside_transaction
from orders.models import Payment
from orders.states import PaymentStatus


@outside_transaction
def write_of_lapse(payment: Payment) -> bool:
    """Tell a shopper whose bank refuses another hold that the order waits for money; tell whether a letter was sent.

    A letter that comes twice does no harm; one about something that is settled meanwhile is not sent.
    """
    is_lapsed = payment.status == PaymentStatus.LAPSED and payment.purpose == Payment.Purpose.ORDER
    if not is_lapsed or payment.order is None or not payment.shopper.email:
        return False
    facts = {
        "number": payment.order.number,
        "last4": payment.card_last4,
        "action_url": urljoin(settings.BASE_URL, reverse("track:order", args=[payment.order.public_id])),
        "action_label": _("Open your order"),
    }
    send_mail(
        subject=_("Your card was declined for your order"),
        message=render_to_string("emails/hold_lapsed.txt", facts),
        html_message=render_to_string("emails/hold_lapsed.html", facts),
        from_email=None,
        recipient_list=[payment.shopper.email],
    )
    return True

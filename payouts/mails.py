"""What drivers are written to about their bank account, in the language they asked in."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.transactions import outside_transaction
from payouts.access import disown_token
from payouts.models import AccountChange


@outside_transaction
def send_change_code(change: AccountChange, code: str) -> None:
    """Send the code that lets another account be paid, to the address the driver had before."""
    with override(change.language):
        write(change, "emails/account_code", _("Your code to change your bank account"), {"code": code})


@outside_transaction
def send_change_notice(change: AccountChange) -> None:
    """Tell a driver that another account will be paid, with the way to say that this was somebody else."""
    link = urljoin(settings.BASE_URL, reverse("portal:account_disown", args=[disown_token(change)]))
    with override(change.language):
        facts = {"last4": change.last4, "action_url": link, "action_label": _("This was not me")}
        write(change, "emails/account_changed", _("Your bank account was changed"), facts)


def write(change: AccountChange, template: str, subject: str, facts: dict[str, str]) -> None:
    """Send one letter, as text and as a page."""
    send_mail(
        subject=subject,
        message=render_to_string(f"{template}.txt", facts),
        html_message=render_to_string(f"{template}.html", facts),
        from_email=None,
        recipient_list=[change.contact],
    )

"""Where a driver's money goes."""

from datetime import datetime

from django.db import transaction

from common.errors import InvalidInput
from common.sealing import seal
from drivers.models import Driver
from events.actions.record import record
from payouts.models import PayoutAccount
from providers.bank.nacha import is_routing_number


class BadRouting(InvalidInput):
    """That is not a routing number of a bank. It has nine digits and stands at the bottom left of a cheque."""

    code = "bad_routing"


class BadAccount(InvalidInput):
    """An account number has 4 to 17 digits."""

    code = "bad_account"


@transaction.atomic(durable=True)
def set_payout_account(
    *, driver_id: int, routing: str, number: str, holder: str, is_savings: bool, now: datetime
) -> PayoutAccount:
    """Keep the account that a driver is paid to; the number is sealed, its last four digits stay readable.

    Locks the driver. A change starts a hold of 72 hours (`payouts.actions.settlements`), so that a stolen session
    cannot be paid out at once.

    Raises:
        BadRouting, BadAccount: a number no bank would take.
    """
    number = "".join(number.split())
    if not is_routing_number(routing):
        raise BadRouting
    if not (number.isascii() and number.isdigit() and 4 <= len(number) <= 17):
        raise BadAccount
    driver = Driver.objects.select_for_update(no_key=True, of=("self",)).get(pk=driver_id)
    account, _ = PayoutAccount.objects.update_or_create(
        driver=driver,
        defaults={
            "routing": routing,
            "sealed_number": seal(number),
            "last4": number[-4:],
            "is_savings": is_savings,
            "holder": holder.strip()[:22],
            "changed_at": now,
        },
    )
    record("payout_account.changed", at=now, driver_id=driver.pk)
    return account

"""Where a driver's money goes."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from common.cleaning import compact, is_routing_number, text
from common.errors import InvalidInput
from common.sealing import seal
from common.transactions import needs_transaction
from drivers.actions.locking import lock_driver
from drivers.models import Driver
from events.actions.record import record
from payouts.models import PayoutAccount


class BadRouting(InvalidInput):
    """That is not a routing number of a bank. It has nine digits and stands at the bottom left of a check."""

    code = "bad_routing"


class BadAccount(InvalidInput):
    """An account number has 4 to 17 digits."""

    code = "bad_account"


class BadHolder(InvalidInput):
    """Banks can only read Latin letters. Enter the name as your bank writes it on statements and checks."""

    code = "bad_holder"


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A bank account as a driver writes it."""

    routing: str
    number: str
    holder: str
    is_savings: bool


@transaction.atomic(durable=True)
def set_payout_account(
    *, driver_id: int, routing: str, number: str, holder: str, is_savings: bool, now: datetime
) -> PayoutAccount:
    """Keep the account that a driver is paid to, told to the firm in person as the driver joins. Locks the driver.

    Raises:
        BadRouting, BadAccount: a number no bank would take.
    """
    facts = checked(AccountFacts(routing=routing, number=number, holder=holder, is_savings=is_savings))
    driver = lock_driver(driver_id)
    return keep_account(driver, facts, seal(facts.number), now=now)


def checked(facts: AccountFacts) -> AccountFacts:
    """The facts as a bank prints them, or a refusal. The name is the form's to judge."""
    number, routing = compact(facts.number), compact(facts.routing)
    if not is_routing_number(routing):
        raise BadRouting
    if not (number.isascii() and number.isdigit() and 4 <= len(number) <= 17):
        raise BadAccount
    return replace(facts, number=number, routing=routing, holder=text(facts.holder)[:22])


@needs_transaction
def keep_account(driver: Driver, facts: AccountFacts, sealed_number: bytes, *, now: datetime) -> PayoutAccount:
    """Write the account of a locked driver; the number is sealed, its last four digits stay readable.

    A change starts a hold of 72 hours (`payouts.actions.settlements`), so that nothing is paid out at once.
    """
    account, _ = PayoutAccount.objects.update_or_create(
        driver=driver,
        defaults={
            "routing": facts.routing,
            "sealed_number": sealed_number,
            "last4": facts.number[-4:],
            "is_savings": facts.is_savings,
            "holder": facts.holder,
            "changed_at": now,
            "frozen_at": None,
        },
    )
    record("payout_account.changed", at=now, driver_id=driver.pk)
    return account

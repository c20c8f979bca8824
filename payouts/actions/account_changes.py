"""Changing where a driver's money goes: asked for, told by a code, noticed, and disowned if it was somebody else."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.actions.credentials import note_credentials_changed
from accounts.models import User
from accounts.models.people import SETTLING
from accounts.queries import authenticator_of
from common.errors import DomainError
from common.sealing import seal
from common.transactions import needs_transaction
from drivers.actions.locking import lock_driver
from events.actions.record import record
from payouts.actions.accounts import AccountFacts, checked, keep_account
from payouts.models import AccountChange, PayoutAccount
from payouts.models.accounts import MOST_WRONG_CODES

CODE_LASTS = timedelta(minutes=10)


class AccountAtRest(DomainError):
    """Your password or e-mail address was changed lately. For your safety your bank account stays as it is."""

    code = "account_at_rest"


class WrongChangeCode(DomainError):
    """That is not the right code."""

    code = "wrong_change_code"


class ChangeOver(DomainError):
    """This code no longer works. Enter the account again; then you get a new one."""

    code = "change_over"


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that waits for its code; the code is empty where the authenticator's is asked."""

    change: AccountChange
    code: str


@transaction.atomic(durable=True)
def ask_account_change(*, driver_id: int, facts: AccountFacts, language: str, now: datetime) -> Asked:
    """Keep the wish for another account until its code is told; an earlier wish is over by it. Locks the driver.

    Raises:
        BadRouting, BadAccount: a number no bank would take.
        AccountAtRest: the ways into the driver's account changed less than 72 hours ago.
    """
    facts = checked(facts)
    driver = lock_driver(driver_id)
    check_settled(driver.user, now=now)
    code = "" if authenticator_of(driver.user, now=now) else f"{secrets.randbelow(1_000_000):06}"
    change = AccountChange(
        driver=driver, routing=facts.routing, sealed_number=seal(facts.number), last4=facts.number[-4:],
        is_savings=facts.is_savings, holder=facts.holder, contact=driver.user.email, language=language, asked_at=now,
    )  # fmt: skip
    change.code_digest = digest(change, code) if code else ""
    change.save()
    return Asked(change, code)


def digest(change: AccountChange, code: str) -> str:
    """What is kept of a code: it cannot be read back, and is worth nothing for another change."""
    return salted_hmac("payouts.account_change", f"{change.public_id}:{code}", algorithm="sha256").hexdigest()


def check_settled(user: User, *, now: datetime) -> None:
    """Refuse while the ways into an account are new."""
    changed_at = user.credentials_changed_at
    if changed_at is not None and now < changed_at + SETTLING:
        hours = ceil((changed_at + SETTLING - now).total_seconds() / 3600)
        raise AccountAtRest(
            "Your password, e-mail address or second factor was changed lately. For your safety your bank account can "
            "be changed again in 1 hour."
            if hours == 1
            else "Your password, e-mail address or second factor was changed lately. For your safety your bank account "
            "can be changed again in %(hours)s hours.",
            hours=hours,
        )


def confirm_account_change(*, change_id: int, code: str, now: datetime) -> PayoutAccount:
    """Pay a driver to another account from now on, after the hold. A repeat returns the account.

    Locks the driver, so that of many codes told at once five are looked at.

    Raises:
        WrongChangeCode: it is counted, and says how many tries are left.
        ChangeOver: ten minutes have passed, five codes were wrong, or a later wish has come.
        AccountAtRest: the ways into the driver's account changed meanwhile.
    """
    with transaction.atomic(durable=True):
        change = lock_change(change_id)
        if change.confirmed_at is not None and change.disowned_at is None:
            return PayoutAccount.objects.get(driver=change.driver)
        refusal = look_at_code(change, code, now=now)
        if refusal is None:
            account = keep_account(change.driver, facts_of(change), bytes(change.sealed_number), now=now)
            change.confirmed_at, change.sealed_number = now, b""
            change.save(update_fields=["confirmed_at", "sealed_number"])
            record("payout_account.confirmed", at=now, change_id=change.pk)
            return account
    raise refusal  # outside, so that the count stays


def facts_of(change: AccountChange) -> AccountFacts:
    """The account that is wished for; of its number the last four digits, for the rest stays sealed."""
    return AccountFacts(routing=change.routing, number=change.last4, holder=change.holder, is_savings=change.is_savings)


@needs_transaction
def lock_change(change_id: int) -> AccountChange:
    """One change, locked after its driver."""
    driver = lock_driver(AccountChange.objects.values_list("driver_id", flat=True).get(pk=change_id))
    change = AccountChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    change.driver = driver
    return change


@needs_transaction
def look_at_code(change: AccountChange, code: str, *, now: datetime) -> DomainError | None:
    """Compare a code with the right one; a wrong one is counted and comes back as a refusal to keep."""
    if change.wrong_codes >= MOST_WRONG_CODES or change.disowned_at or now >= change.asked_at + CODE_LASTS:
        return ChangeOver()
    if AccountChange.objects.filter(driver=change.driver, pk__gt=change.pk).exists():
        return ChangeOver()
    check_settled(change.driver.user, now=now)
    if is_right(change, code.strip(), now=now):
        return None
    change.wrong_codes += 1
    change.save(update_fields=["wrong_codes"])
    left = MOST_WRONG_CODES - change.wrong_codes
    if left == 0:
        return ChangeOver()
    return WrongChangeCode(
        "That is not the right code. 1 more try." if left == 1 else "That is not the right code. %(left)s more tries.",
        left=left,
    )


def is_right(change: AccountChange, code: str, *, now: datetime) -> bool:
    """Whether a code is the one that was sent, or the authenticator's of this minute."""
    if change.code_digest:
        return constant_time_compare(change.code_digest, digest(change, code))
    authenticator = authenticator_of(change.driver.user, now=now)
    return authenticator is not None and bool(authenticator.wrap().validate_code(code))


@transaction.atomic(durable=True)
def disown_account_change(*, public_id: UUID, now: datetime) -> AccountChange:
    """Undo a change that somebody else made: pay nothing to its account, let nobody change it, sign everybody out.

    Locks the driver. An account confirmed since is left alone: it was told by a code of its own, sent to the address
    that this was sent to. A second call changes nothing.
    """
    change = lock_change(AccountChange.objects.values_list("pk", flat=True).get(public_id=public_id))
    if change.disowned_at is not None:
        return change
    change.disowned_at = now
    change.save(update_fields=["disowned_at"])
    if change.confirmed_at is not None:
        made = PayoutAccount.objects.filter(driver=change.driver, changed_at=change.confirmed_at, frozen_at=None)
        made.update(frozen_at=now)
    note_credentials_changed(user_id=change.driver.user_id, now=now)
    for session in UserSession.objects.filter(user=change.driver.user_id):
        session.end()
    record("payout_account.disowned", at=now, driver_id=change.driver.pk)
    return change


def note_noticed(*, change_id: int, now: datetime) -> None:
    """Remember that the notice of a change was sent; a repeat keeps the first moment."""
    AccountChange.objects.filter(pk=change_id, noticed_at=None).update(noticed_at=now)

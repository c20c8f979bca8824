"""Counting guesses before anything is compared, so that guessing in parallel gains nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import Tries
from common.errors import DomainError
from common.transactions import needs_transaction

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
IPV6_PREFIX = 64  # one household or one rented machine: whoever has one address of it has them all


class TooManyTries(DomainError):
    """That was tried too often. Nothing was looked at any more: wait a while, then try again."""

    code = "too_many_tries"
    status = 429


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What is guessed at, or from where: the kind of the count and a digest that tells nobody whose it is."""

    kind: str
    digest: str


def subject(kind: Tries.Kind, text: str) -> Subject:
    """The subject that a text names; e-mail addresses are one whatever their case."""
    plain = text.strip().lower()
    return Subject(kind.value, salted_hmac(f"accounts.tries.{kind.value}", plain, algorithm="sha256").hexdigest())


def network(address: str) -> Subject:
    """The subject of a network address; all addresses of one IPv6 network are one."""
    try:
        found = ip_address(address)
    except ValueError:
        return subject(Tries.Kind.ADDRESS, "unknown")
    if isinstance(found, IPv6Address):
        return subject(Tries.Kind.ADDRESS, str(IPv6Network((found, IPV6_PREFIX), strict=False)))
    return subject(Tries.Kind.ADDRESS, str(found))


@transaction.atomic(durable=True)
def take_try(*, subjects: Sequence[Subject], now: datetime) -> None:
    """Count one try at each subject before the secret is compared. A refused try is not counted.

    Locks the rows in the order of their subjects, each for as long as counting takes; the comparing comes after, with
    no lock held. Whoever turns out right gives the try back.

    Raises:
        TooManyTries: one of the subjects has no try left; says for how long.
    """
    rows = [lock_tries(each, now=now) for each in sorted(subjects)]
    waits = [row.began_at + WINDOW - now for row in rows if row.count >= Tries.MOST[row.kind]]
    if waits:
        minutes = max(1, ceil(max(waits).total_seconds() / 60))
        raise TooManyTries(
            "That was tried too often. Wait 1 minute, then try again."
            if minutes == 1
            else "That was tried too often. Wait %(minutes)s minutes, then try again.",
            minutes=minutes,
        )
    for row in rows:
        row.count += 1
        row.save(update_fields=["count"])


@needs_transaction
def lock_tries(of: Subject, *, now: datetime) -> Tries:
    """The row that counts one subject, made if need be and locked, and begun anew when its time is over."""
    # Writing over what is there locks it and cannot meet a row that somebody clears away in between.
    made = Tries(kind=of.kind, digest=of.digest, began_at=now)
    key = ["kind", "digest"]
    Tries.objects.bulk_create([made], update_conflicts=True, unique_fields=key, update_fields=["digest"])
    row = Tries.objects.get(kind=of.kind, digest=of.digest)
    if now >= row.began_at + WINDOW:
        row.count, row.began_at = 0, now
        row.save(update_fields=["count", "began_at"])
    return row


@transaction.atomic(durable=True)
def give_back_try(*, right: Subject, via: Subject, now: datetime) -> None:
    """Forget the tries at a secret that was told rightly, and give its network address this one try back.

    The address keeps its other tries: signing in to one's own account between guesses at another's clears nothing.
    Locks the two rows in the order of their subjects.
    """
    for each in sorted({right, via}):
        row = lock_tries(each, now=now)
        row.count = 0 if each == right else max(0, row.count - 1)
        row.save(update_fields=["count"])


@transaction.atomic(durable=True)
def forget_tries(*, now: datetime) -> int:
    """Clear away counts nobody will look at again, a day after they began; returns how many."""
    old = Tries.objects.filter(began_at__lt=now - KEPT).select_for_update(skip_locked=True)
    return Tries.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:10_000])).delete()[0]


def forgive_tries(*, subjects: Sequence[Subject]) -> None:
    """Forget all tries at some subjects: the secret is a new one."""
    for each in subjects:
        Tries.objects.filter(kind=each.kind, digest=each.digest).update(count=0)

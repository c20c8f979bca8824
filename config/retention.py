"""What is forgotten, and when. Everything that is not named here is kept.

Never pruned: orders, lines and refunds; offers, runs, stops and proofs; earnings, statements, settlements and bank
files; the ledger; the history of every status. Pay must be provable for years (29 CFR 516.5: three; state law: up to
seven), and an offer is the record of what was promised.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet

from dispatch.models import Alarm, Command, Consideration, Cycle, Position
from dispatch.states import RunStatus
from events.models import Event
from orders.models import Cart
from orders.models.payments import UNFINISHED
from payouts.models import AccountChange

Old = Callable[[datetime], QuerySet[Model]]


@dataclass(frozen=True, slots=True)
class Retention:
    """One kind of row: how long it is kept, why so long, and which rows older than a moment may go."""

    kind: str
    days: int
    why: str
    older_than: Old

    def over(self, now: datetime) -> QuerySet[Model]:
        """The rows whose time is over."""
        return self.older_than(now - timedelta(days=self.days))


def _events(before: datetime) -> QuerySet[Event]:
    return Event.objects.filter(at__lt=before, relayed_at__isnull=False)


def _cycles(before: datetime) -> QuerySet[Cycle]:
    return Cycle.objects.filter(at__lt=before, violations=[])


def _failed_cycles(before: datetime) -> QuerySet[Cycle]:
    return Cycle.objects.filter(at__lt=before).exclude(violations=[])


def _considerations(before: datetime) -> QuerySet[Consideration]:
    return Consideration.objects.filter(at__lt=before)


def _commands(before: datetime) -> QuerySet[Command]:
    return Command.objects.filter(at__lt=before)


def _alarms(before: datetime) -> QuerySet[Alarm]:
    return Alarm.objects.filter(resolved_at__lt=before)


def _carts(before: datetime) -> QuerySet[Cart]:
    """A basket is as old as the newest thing in it; one whose money is under way stays."""
    touched = Q(lines__added_at__gte=before) | Q(holds__expires_at__gte=before) | Q(payments__status__in=UNFINISHED)
    return Cart.objects.filter(created_at__lt=before).exclude(pk__in=Cart.objects.filter(touched).values("pk"))


def _positions(before: datetime) -> QuerySet[Position]:
    return Position.objects.filter(at__lt=before).exclude(run__status=RunStatus.ACTIVE)


def _account_wishes(before: datetime) -> QuerySet[AccountChange]:
    """A bank account that was named and never told by its code; what was confirmed or disowned is a record."""
    return AccountChange.objects.filter(asked_at__lt=before, confirmed_at=None, disowned_at=None)


def _sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before)


def retentions() -> list[Retention]:
    """Every kind that is pruned, with the periods that settings name."""
    return [
        Retention("events", settings.KEEP_EVENTS_DAYS, "heard by all; for looking into what happened", _events),
        Retention("cycles", settings.KEEP_CYCLES_DAYS, "one a market and seconds; for tuning", _cycles),
        Retention("failed cycles", settings.KEEP_FAILED_CYCLES_DAYS, "can be replayed", _failed_cycles),
        Retention("considerations", settings.KEEP_CONSIDERATIONS_DAYS, "answer 'why not me?'", _considerations),
        Retention("commands", settings.KEEP_COMMANDS_DAYS, "a phone repeats itself for days at most", _commands),
        Retention("alarms", settings.KEEP_ALARMS_DAYS, "seen to; for the next of their kind", _alarms),
        Retention("baskets", settings.KEEP_BASKETS_DAYS, "a shopper may come back to one", _carts),
        Retention("positions", settings.KEEP_POSITIONS_DAYS, "go when a run ends; these a fault left", _positions),
        Retention("account wishes", 1, "their code lasts ten minutes, and they hold a sealed number", _account_wishes),
        Retention("sessions", 0, "their own end is over", _sessions),
    ]

"""The ladder: reserved, then on the board, then better paid, then operations. Each step has its time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from common.transactions import needs_transaction
from dispatch.actions.alarms import raise_alarm
from dispatch.actions.steps import RESERVED_KINDS, take_step
from dispatch.models import Alarm, Delivery, Ladder, Offer, OfferItem, Stop
from dispatch.queries.ladders import ladder_in
from dispatch.states import DeliveryStatus, OfferStatus
from events.actions.move import SYSTEM, move
from events.actions.record import nudge, record
from orders.queries.queue import TO_PICK_IN

MATCH = "dispatch.tasks.match_market"
BATCH = 500
Step = Delivery.Step
NO_DRIVER, LATE, NOT_READY, NOT_RETURNED = "no_driver", "late", "not_ready", "not_returned"
RETURN_GRACE = timedelta(minutes=30)
UNDER_WAY = (DeliveryStatus.READY, DeliveryStatus.CLAIMED, DeliveryStatus.AT_STORE, DeliveryStatus.PICKED_UP)


@transaction.atomic(durable=True)
def climb_ladder(*, market_id: int, now: datetime) -> int:
    """Take every waiting delivery of a market whose time on its step is up to the next one; return how many moved.

    Deliveries are claimed with SKIP LOCKED: one that is just being claimed does not climb.
    """
    ladder = ladder_in(market_id)
    waiting = Delivery.objects.select_for_update(no_key=True, skip_locked=True).filter(
        market=market_id, status=DeliveryStatus.READY, quarantined_at__isnull=True
    )
    rows = list(waiting.exclude(step=Step.OPERATIONS).order_by("pk")[:BATCH])
    answers = _last_reserved([one.pk for one in rows])
    groups: defaultdict[Step, list[Delivery]] = defaultdict(list)
    for one in rows:
        step = next_step(one, ladder, now, answers.get(one.pk))
        if step is not None:
            groups[step].append(one)
    for step, group in groups.items():
        take_step(group, step, now=now, raises=int(step == Step.RAISED))
    asked = _drivers_asked([one.pk for one in groups[Step.OPERATIONS]])
    for one in groups[Step.OPERATIONS]:
        text = no_driver_text(asked.get(one.pk, 0))
        raise_alarm(market_id=market_id, delivery_id=one.pk, kind=NO_DRIVER, text=text, now=now)
    moved = sum(len(group) for group in groups.values())
    if moved:
        nudge(MATCH, market_id=market_id)
    return moved


def no_driver_text(asked: int) -> str:
    """What happened to a delivery at the end of the ladder, and nothing that did not."""
    if asked == 0:
        return "No driver could be asked: no declared trip passes within its limits. Send a van, or raise the pay."
    who = "1 driver was asked and did not take it" if asked == 1 else f"{asked} drivers were asked and none took it"
    return f"{who} at the highest pay. Ask one driver, send a van, or raise the pay."


def _drivers_asked(deliveries: Sequence[int]) -> dict[int, int]:
    """How many drivers were ever offered each of some deliveries."""
    rows = OfferItem.objects.filter(delivery__in=deliveries).values_list("delivery")
    return dict(rows.annotate(Count("offer__driver", distinct=True)))


def next_step(delivery: Delivery, ladder: Ladder, now: datetime, answer: str | None) -> Step | None:
    """Where a waiting delivery goes now, if anywhere; `answer` is what became of its last reserved offer. Pure.

    What joined a batch from the board stays on its step, and its time there goes on; only the answer is waited for.
    """
    if delivery.step_at is None:
        return None  # no cycle has seen it yet: its time on the first step has not begun
    if answer == OfferStatus.OPEN:
        return None
    since = now - delivery.step_at
    match delivery.step:
        case Step.NEW:
            return Step.BOARD if since >= timedelta(seconds=ladder.reserve_seconds) else None
        case Step.RESERVED:
            return Step.NEW if answer == OfferStatus.WITHDRAWN else Step.BOARD
        case Step.BOARD:
            over = since >= timedelta(seconds=ladder.board_seconds)
        case _:
            over = since >= timedelta(seconds=ladder.raise_seconds)
    if not over:
        return None
    return Step.RAISED if delivery.raises < ladder.max_raises else Step.OPERATIONS


@needs_transaction
def after_decline(*, offer: Offer, now: datetime) -> None:
    """Let the deliveries of a declined offer go on at once, when it was theirs alone to answer.

    Called with the deliveries locked. Nothing else changes for the driver: a decline is not counted anywhere.
    """
    if offer.kind in RESERVED_KINDS:
        theirs = Delivery.objects.filter(offer_items__offer=offer, status=DeliveryStatus.READY, step=Step.RESERVED)
        take_step(list(theirs.order_by("pk")), Step.BOARD, now=now, reason="declined")
    nudge(MATCH, market_id=offer.market_id)


@needs_transaction
def reopen_delivery(delivery: Delivery, *, now: datetime, by: str, reason: str) -> None:
    """Look for another driver for a locked delivery that was claimed, from the first step on.

    Its pay is raised once more and never falls below what was promised before; the market is matched at once.
    """
    delivery.claimed_run = None
    delivery.claimed_at = None
    delivery.save(update_fields=["claimed_run", "claimed_at"])
    move(delivery, DeliveryStatus.READY, now=now, by=by, reason=reason)
    ladder = ladder_in(delivery.market_id)
    more = int(delivery.raises < ladder.max_raises)
    take_step([delivery], Step.NEW, now=now, by=by, reason=reason, raises=more)
    record("delivery.reopened", at=now, delivery_id=delivery.pk, order_id=delivery.order_id)
    nudge(MATCH, market_id=delivery.market_id)


@transaction.atomic(durable=True)
def watch_deadlines(*, now: datetime) -> int:
    """Raise an alarm for what should be further by now, and clear the alarms whose cause is gone; return how many.

    Late: the window has closed on it. Not ready: its window has opened, the store has had half an hour, and it is not
    staged. Not returned: it could not be delivered, and is not back in its store half an hour after it was expected.
    """
    late = Delivery.objects.filter(status__in=UNDER_WAY, due_by__lt=now).exclude(_has_alarm(LATE))
    could_be = Q(
        due_from__lt=now, order__placed_at__lt=now - TO_PICK_IN
    )  # who orders into an open window waits a while
    unready = Delivery.objects.filter(could_be, status=DeliveryStatus.PLANNED).exclude(_has_alarm(NOT_READY))
    raised = [_alarm(one, LATE, "The promised window has passed and it is not delivered.", now) for one in late[:BATCH]]
    raised += [_alarm(one, NOT_READY, "Its window has opened and it is not staged.", now) for one in unready[:BATCH]]
    raised += [_alarm(one, NOT_RETURNED, NOT_RETURNED_TEXT, now) for one in _not_returned(now)[:BATCH]]
    return sum(raised) + _clear_settled(now)


NOT_RETURNED_TEXT = "It could not be delivered and has not come back to its store. Call the driver."


def _not_returned(now: datetime) -> QuerySet[Delivery]:
    overdue = Stop.objects.filter(
        delivery=OuterRef("pk"), kind=Stop.Kind.RETURN, done_at__isnull=True, eta_at__lt=now - RETURN_GRACE
    )
    coming_back = Delivery.objects.filter(Exists(overdue), status=DeliveryStatus.RETURNING)
    return coming_back.exclude(_has_alarm(NOT_RETURNED))


def _alarm(delivery: Delivery, kind: str, text: str, now: datetime) -> bool:
    return raise_alarm(market_id=delivery.market_id, delivery_id=delivery.pk, kind=kind, text=text, now=now)


def _has_alarm(kind: str) -> Exists:
    return Exists(Alarm.objects.filter(delivery=OuterRef("pk"), kind=kind))


def _clear_settled(now: datetime) -> int:
    """Alarms about looking for a driver end when one is found; those about lateness when it is delivered."""
    found = Q(kind=NO_DRIVER) & ~Q(delivery__status=DeliveryStatus.READY)
    staged = Q(kind=NOT_READY) & ~Q(delivery__status=DeliveryStatus.PLANNED)
    brought = Q(kind=LATE) & ~Q(delivery__status__in=UNDER_WAY)
    back = Q(kind=NOT_RETURNED) & ~Q(delivery__status=DeliveryStatus.RETURNING)
    settled = Alarm.objects.filter(found | staged | brought | back, delivery__isnull=False, resolved_at__isnull=True)
    return Alarm.objects.filter(pk__in=settled.values("pk")).update(resolved_at=now, resolved_by=SYSTEM)


def _last_reserved(deliveries: Sequence[int]) -> Mapping[int, str]:
    """Status of each delivery's latest reserved offer."""
    rows = OfferItem.objects.filter(delivery__in=deliveries, offer__kind__in=RESERVED_KINDS)
    return dict(rows.order_by("offer__pk").values_list("delivery", "offer__status"))

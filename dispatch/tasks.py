"""What wakes dispatch up. Every task reads what is due from the rows, so a lost message only costs time."""

from celery import shared_task
from celery.signals import worker_init
from celery.worker import WorkController
from django.conf import settings
from django.utils import timezone

from common.sweeping import each
from dispatch.actions import alarms, deliveries, matching, positions
from dispatch.actions.blocks import end_blocks
from dispatch.actions.event_alarms import tell_of_events
from dispatch.actions.ladder import climb_ladder, watch_deadlines
from dispatch.actions.offering import expire_offers
from dispatch.actions.running import release_no_shows
from dispatch.actions.tip_changes import note_authorisation as note_authorisation_now
from dispatch.actions.tip_changes import pay_tip_change as pay_tip_change_now
from dispatch.actions.tip_changes import tips_not_passed_on
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.solve import solve, warm_up
from dispatch.terms.searching import box_seconds
from events.actions.record import nudge
from stores.models import Market

QUEUE = "dispatch"


@worker_init.connect
def load_engine(sender: WorkController, **_: object) -> None:
    """Compile the engine, or read it from disk, before the first child is forked: no cycle may wait for that.

    Workers that leave dispatch to others start without it.
    """
    if any(name.split("-")[0] == QUEUE for name in sender.app.amqp.queues.consume_from):
        warm_up()


@shared_task
def sweep_markets(**_: object) -> None:
    """Bring deliveries into step with their orders, then ask for a cycle of every market that is not paused."""
    now = timezone.now()
    behind = deliveries.orders_out_of_step()
    each(behind, lambda pk: deliveries.follow_order(order_id=pk, now=now), sweep="orders out of step")
    for market_id in Market.objects.filter(is_paused=False).order_by("pk").values_list("pk", flat=True):
        nudge("dispatch.tasks.match_market", market_id=market_id)


@shared_task
def match_market(*, market_id: int, **_: object) -> None:
    """Match one market once."""
    now = timezone.now()
    matching.match_market(
        market_id=market_id,
        now=now,
        seconds=settings.DISPATCH_SOLVE_SECONDS,
        seed=int(now.timestamp()),
        solver=solve_in_box,
    )


def solve_in_box(problem: Problem, *, seed: int, seconds: float | None, warm: Plan | None = None) -> Plan:
    """Solve a market in the time that its size is given."""
    waiting = len(problem.deliveries)
    return solve(
        problem,
        seed=seed,
        seconds=None if seconds is None else box_seconds(waiting, least=seconds, most=settings.DISPATCH_SOLVE_MOST),
        warm=warm,
        workers=settings.DISPATCH_SOLVE_WORKERS,
        split_from=settings.DISPATCH_SPLIT_FROM,
    )


@shared_task
def sweep_offers(**_: object) -> None:
    """End offers whose time is up, let deliveries climb, and tell operations what is late."""
    now = timezone.now()
    expire_offers(now=now)
    markets = Market.objects.filter(is_paused=False).order_by("pk").values_list("pk", flat=True)
    each(markets, lambda pk: climb_ladder(market_id=pk, now=now), sweep="ladders")
    watch_deadlines(now=now)
    tell_of_events(now=now)


@shared_task
def sweep_runs(**_: object) -> None:
    """Offer again what a driver claimed and never came for, end blocks, and pass on tips whose message was lost."""
    now = timezone.now()
    release_no_shows(now=now)
    end_blocks(now=now)
    each(tips_not_passed_on(now=now), lambda pk: pay_tip_change_now(tip_change_id=pk, now=now), sweep="tips")


@shared_task
def plan_delivery(*, order_id: int, **_: object) -> None:
    """An order was placed."""
    deliveries.plan_delivery(order_id=order_id, now=timezone.now())


@shared_task
def ready_delivery(*, order_id: int, **_: object) -> None:
    """An order is staged."""
    deliveries.ready_delivery(order_id=order_id, now=timezone.now())


@shared_task
def cancel_delivery(*, order_id: int, **_: object) -> None:
    """An order was cancelled."""
    deliveries.cancel_delivery(order_id=order_id, now=timezone.now())


@shared_task
def refresh_etas(*, run_id: int, **_: object) -> None:
    """A run has moved: work out its further arrivals by road."""
    positions.refresh_etas(run_id=run_id, now=timezone.now())


@shared_task
def pay_tip_change(*, tip_change_id: int, **_: object) -> None:
    """A shopper changed the tip."""
    pay_tip_change_now(tip_change_id=tip_change_id, now=timezone.now())


@shared_task
def note_authorisation(*, order_id: int, **_: object) -> None:
    """A card's hold ran out, or stands again."""
    note_authorisation_now(order_id=order_id)


@shared_task
def tell_of_payment(*, order_id: int, payment_id: int, **_: object) -> None:
    """Tell operations of a payment that needs people."""
    alarms.tell_of_payment(order_id=order_id, payment_id=payment_id, now=timezone.now())

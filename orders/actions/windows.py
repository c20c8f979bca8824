"""Keeping a window seat for a basket while it is completed."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from common.transactions import needs_transaction
from orders.actions.locks import lock_cart
from orders.models import Cart, WindowHold
from orders.queries.checks import WindowClosed, WindowFull
from stores.models import Window

HOLD_FOR = timedelta(minutes=10)
BATCH = 200


@transaction.atomic(durable=True)
def hold_window(*, cart_id: int, window_id: int, now: datetime) -> WindowHold:
    """Keep a seat in a window for a basket, for ten minutes, and let go of the one it had.

    The same window again is the same hold, and an expired one that nobody took meanwhile is renewed. When the
    seat cannot be had, the basket keeps the one it had.

    Raises:
        WindowFull, WindowClosed: nothing has changed.
    """
    return keep_seat(lock_cart(cart_id), window_id, now=now)


@needs_transaction
def keep_seat(cart: Cart, window_id: int, *, now: datetime) -> WindowHold:
    """Hold a window for a locked basket, as `hold_window` says."""
    window = Window.objects.filter(pk=window_id, store_id=cart.store_id).first()
    if window is None or cart.ordered_at is not None or not window.is_open(now):
        raise WindowClosed
    old = unsettled_hold(cart.pk)
    if old is None:
        take_seat(window.pk, now=now)
        return WindowHold.objects.create(cart=cart, window=window, expires_at=now + HOLD_FOR)
    if old.window_id == window.pk and now < old.expires_at:
        return old
    _swap_seats(old.window_id, window.pk, now)
    old.window, old.expires_at = window, now + HOLD_FOR
    old.save(update_fields=["window", "expires_at"])
    return old


@transaction.atomic(durable=True)
def release_hold(*, cart_id: int) -> bool:
    """Give a basket's window seat back; tell whether there was one."""
    return drop_hold(lock_cart(cart_id))


@transaction.atomic(durable=True)
def release_expired_holds(*, now: datetime, limit: int = BATCH) -> int:
    """Give back the seats of holds that ran out; return how many. Two sweeps at once share the work.

    The rows stay: a checkout that comes too late tries the same window again.
    """
    due = WindowHold.objects.filter(released_at__isnull=True, sold_at__isnull=True, expires_at__lte=now)
    found = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).order_by("expires_at")[:limit]
    seats = {hold.pk: hold.window_id for hold in found}
    WindowHold.objects.filter(pk__in=seats).update(released_at=now)
    for window_id, count in sorted(Counter(seats.values()).items()):
        Window.objects.filter(pk=window_id).update(taken=F("taken") - count)
    return len(seats)


@needs_transaction
def drop_hold(cart: Cart) -> bool:
    """Give back the seat of a locked basket, if it has one, and forget which it was."""
    hold = unsettled_hold(cart.pk)
    if hold is None:
        return False
    hold.delete()
    give_seat_back(hold.window_id)
    return True


@needs_transaction
def take_seat(window_id: int, *, now: datetime) -> None:
    """Count one more seat in a window, if it is open and has one.

    Raises:
        WindowFull, WindowClosed
    """
    # One conditional statement: of two who want the last seat the second finds none (R3).
    free = Window.objects.filter(pk=window_id, taken__lt=F("seats"), is_closed=False, cutoff_at__gt=now)
    if free.update(taken=F("taken") + 1) == 1:
        return
    window = Window.objects.get(pk=window_id)
    raise WindowFull if window.is_open(now) else WindowClosed


@needs_transaction
def give_seat_back(window_id: int) -> None:
    """Count one seat less in a window."""
    Window.objects.filter(pk=window_id, taken__gt=0).update(taken=F("taken") - 1)


@needs_transaction
def sell_hold(hold: WindowHold, *, now: datetime) -> bool:
    """Turn a hold into a sold seat; False when the sweep released it meanwhile.

    A hold that ran out but is not released yet still counts as a seat, so it is honoured.
    """
    unsettled = WindowHold.objects.filter(pk=hold.pk, released_at__isnull=True, sold_at__isnull=True)
    return unsettled.update(sold_at=now) == 1


def unsettled_hold(cart_id: int) -> WindowHold | None:
    """The hold of a basket that is neither released nor sold."""
    unsettled = WindowHold.objects.filter(cart_id=cart_id, released_at__isnull=True, sold_at__isnull=True)
    return unsettled.select_for_update(no_key=True, of=("self",)).select_related("window").first()


def _swap_seats(old_id: int, new_id: int, now: datetime) -> None:
    """Take one seat and give another back, in order of pk: two baskets that swap crosswise must not deadlock."""
    if old_id == new_id:
        return
    if old_id < new_id:
        give_seat_back(old_id)
    take_seat(new_id, now=now)
    if old_id > new_id:
        give_seat_back(old_id)

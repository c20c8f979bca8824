"""Holding a delivery window while the basket is completed (S2, S3)."""

from datetime import timedelta

import pytest

from orders.actions.windows import hold_window, release_expired_holds, release_hold
from orders.models import Cart, WindowHold
from orders.queries.checks import WindowClosed, WindowFull
from stores.models import Window
from tests import make

LATER = make.NOON + timedelta(minutes=10)

pytestmark = pytest.mark.django_db


def taken() -> list[int]:
    """Seats taken, by window."""
    return list(Window.objects.order_by("pk").values_list("taken", flat=True))


@pytest.fixture
def cart() -> Cart:
    """A basket in a store with two windows."""
    cart = make.cart()
    make.window(cart.store, seats=1)
    make.window(cart.store, starts_at=make.NOON + timedelta(hours=8), seats=1)
    return cart


def first() -> Window:
    return Window.objects.earliest("pk")


def second() -> Window:
    return Window.objects.latest("pk")


def test_a_hold_takes_a_seat_for_ten_minutes(cart: Cart) -> None:
    hold = hold_window(cart_id=cart.pk, window_id=first().pk, now=make.NOON)

    assert hold.expires_at == LATER
    assert hold.is_live(make.NOON)
    assert not hold.is_live(LATER)
    assert taken() == [1, 0]


def test_the_same_window_again_is_the_same_hold(cart: Cart) -> None:
    hold = hold_window(cart_id=cart.pk, window_id=first().pk, now=make.NOON)

    again = hold_window(cart_id=cart.pk, window_id=first().pk, now=make.NOON + timedelta(minutes=5))

    assert (again.pk, again.expires_at) == (hold.pk, LATER)
    assert taken() == [1, 0]


@pytest.mark.parametrize("there_and_back", [False, True])
def test_another_window_swaps_the_seat(cart: Cart, there_and_back: bool) -> None:
    hold_window(cart_id=cart.pk, window_id=first().pk, now=make.NOON)

    hold_window(cart_id=cart.pk, window_id=second().pk, now=make.NOON)
    if there_and_back:
        hold_window(cart_id=cart.pk, window_id=first().pk, now=make.NOON)

    assert taken() == ([1, 0] if there_and_back else [0, 1])
    assert WindowHold.objects.count() == 1


def test_a_full_window_is_refused_and_the_old_seat_kept(cart: Cart) -> None:
    Window.objects.filter(pk=second().pk).update(taken=1)
    hold_window(cart_id=cart.pk, window_id=first().pk, now=make.NOON)

    with pytest.raises(WindowFull):
        hold_window(cart_id=cart.pk, window_id=second().pk, now=make.NOON)

    assert taken() == [1, 1]
    assert WindowHold.objects.get().window == first()


@pytest.mark.parametrize("why", ["cutoff", "closed", "elsewhere"])
def test_a_window_that_cannot_be_chosen_is_refused(cart: Cart, why: str) -> None:
    window = make.window(make.store()) if why == "elsewhere" else first()
    now = window.cutoff_at if why == "cutoff" else make.NOON
    Window.objects.filter(pk=window.pk).update(is_closed=why == "closed")

    with pytest.raises(WindowClosed):
        hold_window(cart_id=cart.pk, window_id=window.pk, now=now)

    assert not WindowHold.objects.exists()


def test_what_runs_out_is_swept_and_the_seat_is_free_again(cart: Cart) -> None:
    hold_window(cart_id=cart.pk, window_id=first().pk, now=make.NOON)

    too_early = release_expired_holds(now=LATER - timedelta(seconds=1))
    swept = release_expired_holds(now=LATER)
    again = release_expired_holds(now=LATER)

    assert (too_early, swept, again) == (0, 1, 0)
    assert taken() == [0, 0]
    hold_window(cart_id=make.cart(at=cart.store).pk, window_id=first().pk, now=LATER)


def test_a_hold_that_ran_out_and_was_not_swept_is_renewed(cart: Cart) -> None:
    hold_window(cart_id=cart.pk, window_id=first().pk, now=make.NOON)

    hold = hold_window(cart_id=cart.pk, window_id=first().pk, now=LATER)

    assert hold.is_live(LATER)
    assert taken() == [1, 0]


def test_a_seat_can_be_given_back_once(cart: Cart) -> None:
    hold_window(cart_id=cart.pk, window_id=first().pk, now=make.NOON)

    assert release_hold(cart_id=cart.pk)
    assert not release_hold(cart_id=cart.pk)
    assert taken() == [0, 0]

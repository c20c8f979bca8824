"""The seed makes a demo that can be used at any hour, once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from pytest_django import Settings

from accounts.models import User
from dispatch.simulator.seed.blocks import seed_blocks
from dispatch.simulator.seed.demo import logins, seed_demo
from dispatch.simulator.seed.places import seed_places
from dispatch.simulator.shopping import windows_in_time
from drivers.models import Block, Booking, Driver
from ledger.queries import ledger_sum
from orders.models import Order, Payment
from orders.states import OrderStatus, PaymentStatus
from payouts.models import Earning, PayoutAccount, Settlement
from payouts.states import SettlementStatus
from stores.actions.windows import make_windows
from stores.models import Item, Store, StoreItem, Window
from tests import make

NOW = datetime(2026, 6, 5, 17, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    models = (User, Driver, Store, Item, StoreItem, Window, Order, Earning, PayoutAccount)
    return {model.__name__: model.objects.count() for model in models}


def test_a_seeded_demo_has_a_past_whose_money_is_in_order_and_a_second_seed_adds_nothing() -> None:
    list(seed_demo(now=NOW))
    first = counts()

    list(seed_demo(now=NOW))

    assert counts() == first
    assert first["Store"] == 10
    assert first["Driver"] == 60
    sam = User.objects.get(email=logins()[0].email)
    delivered = Order.objects.filter(status=OrderStatus.DELIVERED)
    assert delivered.count() >= 20
    assert delivered.filter(shopper=sam).count() >= 3
    assert not Payment.objects.filter(order__in=delivered).exclude(status=PaymentStatus.CAPTURED).exists()
    assert Earning.objects.filter(driver__user__email="ann.whitaker@example.com").exists()
    assert Settlement.objects.filter(status=SettlementStatus.SETTLED).exists()
    assert Earning.objects.filter(settlement=None).exists()
    assert ledger_sum() == 0


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_at_any_hour_every_store_has_a_window_soon_and_half_of_them_one_with_time_left(hour: int) -> None:
    stores = _stores_with_windows()
    now = NOW.astimezone(ZoneInfo("America/Chicago")).replace(hour=hour, minute=50) + timedelta(days=1)

    soon = Window.objects.filter(cutoff_at__gt=now, starts_at__lte=now + timedelta(minutes=30), taken__lt=F("seats"))
    in_time = windows_in_time(list(Store.objects.all()), now, opens_in=timedelta(minutes=5), left=timedelta(minutes=50))

    assert soon.values("store").distinct().count() == stores
    assert len(in_time) >= stores // 2 - 1


def _stores_with_windows() -> int:
    stores = seed_places()
    make_windows(now=NOW, days_ahead=2)
    return len(stores)


def test_the_command_refuses_where_passwords_must_not_be_known(settings: Settings) -> None:
    settings.DEBUG = False

    with pytest.raises(CommandError, match="DEBUG=on only"):
        call_command("seed_demo")
    with pytest.raises(CommandError, match="DEBUG=on only"):
        call_command("simulate_demo_day")


def test_there_is_one_login_per_role_and_it_starts_on_its_page() -> None:
    roles = {login.role: login.page for login in logins()}

    assert roles == {
        "shopper": "/",
        "picker": "/admin/",
        "manager": "/admin/",
        "driver": "/drive/",
        "firm": "/firm/",
        "operations": "/ops/",
        "head office": "/admin/",
    }


def test_every_store_has_blocks_to_book_and_some_are_booked() -> None:
    stores = seed_places()
    ann = make.driver(in_market=next(iter(stores.values())).market)

    made = seed_blocks(list(stores.values()), [ann], now=NOW)

    assert made == Block.objects.count() > 0
    assert Block.objects.values("store").distinct().count() == len(stores)
    assert Block.objects.filter(booked=0).exists()
    assert Booking.objects.filter(driver=ann).count() >= 2
    assert seed_blocks(list(stores.values()), [ann], now=NOW) == 0

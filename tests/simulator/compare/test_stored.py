"""A day that has been is lived again under other rules, from its own rows."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dispatch.simulator.compare.days import compare
from dispatch.simulator.compare.policy import POLICIES
from dispatch.simulator.compare.stages import a_stored_day
from dispatch.states import DeliveryStatus
from stores.models import Market
from tests import make

pytestmark = pytest.mark.django_db
ON = make.NOON.date()


def a_day_on_file() -> Market:
    """Five deliveries of an afternoon, one of them cancelled, one of the day after, and four commutes past them."""
    store = make.store()
    for number in range(5):
        order = make.order(store, status="ready")
        is_off = number == 4
        make.delivery(order, status=DeliveryStatus.CANCELLED if is_off else DeliveryStatus.READY, ready_at=make.NOON)
    later = timedelta(days=1)
    tomorrow = make.delivery(make.order(store, status="ready"))
    tomorrow.due_from, tomorrow.due_by = tomorrow.due_from + later, tomorrow.due_by + later
    tomorrow.save(update_fields=["due_from", "due_by"])
    for name in ("Ann", "Bob", "Cid", "Dee"):
        make.trip(make.driver(name, in_market=store.market), max_orders=3)
    return store.market


def test_it_holds_that_day_s_orders_and_trips_and_no_others() -> None:
    market = a_day_on_file()

    day = a_stored_day(market.code, on=ON, seed=1)

    assert (len(day.orders), len(day.rides)) == (5, 4)
    assert day.pack.code == market.rule_pack


def test_every_order_of_it_is_accounted_for_under_every_policy() -> None:
    market = a_day_on_file()

    found = compare(
        a_stored_day(market.code, on=ON, seed=1), [POLICIES["nearest"], POLICIES["homeward"]], lambda *_: None
    )

    assert {(one.placed, one.cancelled, one.served + one.unserved) for one in found} == {(5, 1, 4)}
    assert all(one.served > 0 for one in found)


def test_the_command_tells_where_there_is_nothing_to_replay(tmp_path: Path) -> None:
    market = a_day_on_file()
    target = tmp_path / "day.html"

    call_command("simulate_day", "--market", market.code, "--replay", str(ON), "--report", str(target))

    assert market.name in target.read_text()
    with pytest.raises(CommandError, match="no delivery due"):
        call_command("simulate_day", "--market", market.code, "--replay", "2026-01-01")
    with pytest.raises(CommandError, match="no market of that code"):
        call_command("simulate_day", "--market", "atlantis")

"""What head office types about a market, a store or a firm is something that dispatch can run."""

from datetime import time
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from common.clock import INSTEAD, zone_of
from dispatch.actions.ladder import climb_ladder
from dispatch.actions.matching import match_market
from dispatch.models import Ladder
from drivers.models import Firm
from payouts.models import PayScheme
from stores.actions.windows import make_windows
from stores.models import ClosingDay, Item, Market, ServiceZip, Store, StoreHours, Window, WindowRule
from tests import make

pytestmark = pytest.mark.django_db

MARKET = {
    "code": "memphis", "name": "Memphis", "state": "TN", "timezone": "America/Chicago", "lat": "35.15", "lng": "-90.05",
    "rule_pack": "tennessee", "currency": "USD", "block_release_minutes": "45",
}  # fmt: skip


def olive() -> Client:
    """Somebody of operations at the screen."""
    client = Client()
    client.force_login(make.operator())
    return client


@pytest.fixture
def hana(client: Client) -> Client:
    client.force_login(make.user("Hana Head", is_staff=True, is_superuser=True))
    return client


def test_a_new_market_has_a_ladder_and_rates_and_can_be_run_at_once(hana: Client) -> None:
    answer = hana.post(reverse("admin:stores_market_add"), MARKET)

    market = Market.objects.get(code="memphis")
    assert answer.status_code == 302
    assert Ladder.objects.filter(market=market).exists()
    assert PayScheme.objects.filter(market=market).exists()
    assert olive().get(reverse("ops:board"), {"market": "memphis"}).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"), ("timezone", ""), ("rule_pack", "nonsense"), ("lng", "999"), ("lat", "-91"),
        ("lat", "nan"), ("state", "XX"),
    ],
)  # fmt: skip
def test_a_word_that_would_break_the_house_is_refused_at_the_form(hana: Client, field: str, value: str) -> None:
    answer = hana.post(reverse("admin:stores_market_add"), MARKET | {field: value})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert not Market.objects.filter(code="memphis").exists()
    for words in ("Constraint", "Ensure this value", "Select a valid choice"):
        assert words not in page


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Store, {"zip_code": "ABCDE"}), (Store, {"zip_code": "00000"}), (Store, {"radius_metres": 1}),
        (Store, {"bays": 0}), (Store, {"lat": 91.0}), (ServiceZip, {"zip_code": "ABC"}),
        (Firm, {"timezone": "Nowhere/Here"}), (Firm, {"bank_routing": "123456789"}), (Firm, {"company_id": "x"}),
        (Item, {"upc": "not a code"}), (Item, {"upc": "036000291453"}), (Item, {"unit": "bananas"}),
        (Item, {"grams": 0}), (Item, {"room": 0}), (Item, {"age_limit": 7}),
    ],
)  # fmt: skip
def test_every_kind_of_row_refuses_what_cannot_be(model: type[Model], values: dict[str, Any]) -> None:
    row = model(**values)
    (field,) = values

    with pytest.raises(Exception, match=r".") as refused:
        row._meta.get_field(field).clean(values[field], row)  # type: ignore[union-attr]

    assert "Constraint" not in str(refused.value)


def test_a_market_that_lost_its_ladder_or_clock_takes_nothing_from_the_others() -> None:
    store = make.store()
    Ladder.objects.filter(market=store.market).delete()
    Market.objects.filter(pk=store.market_id).update(timezone="Mars/Olympus", rule_pack="nonsense")
    other = make.store()
    make.delivery(make.order(store, status="ready"))

    match_market(market_id=store.market_id, now=make.NOON)
    climb_ladder(market_id=store.market_id, now=make.NOON)

    assert str(zone_of("Mars/Olympus")) == INSTEAD
    for market in (store.market, other.market):
        assert olive().get(reverse("ops:board"), {"market": market.code}).status_code == 200


def test_a_store_open_until_midnight_offers_its_last_window() -> None:
    store = make.store()
    StoreHours.objects.filter(store=store).delete()
    WindowRule.objects.filter(store=store).delete()
    StoreHours.objects.create(store=store, weekday=4, opens=time(8), closes=time(0))
    WindowRule.objects.create(store=store, weekday=4, starts=time(22), ends=time(0), seats=5)

    make_windows(now=make.NOON, store_id=store.pk)

    window = Window.objects.filter(store=store).earliest("starts_at")
    local = window.ends_at.astimezone(store.market.zone)
    assert (local.hour, local.minute) == (0, 0)
    assert (window.ends_at - window.starts_at).total_seconds() == 7_200


def test_hours_that_end_before_they_start_are_refused_in_a_sentence(hana: Client) -> None:
    store = make.store()
    form = {"store": store.pk, "weekday": 2, "opens": "18:00", "closes": "09:00"}

    page = hana.post(reverse("admin:stores_storehours_add"), form).content.decode()

    assert "A store closes after it opens" in page
    assert "Constraint" not in page


def test_a_closing_day_lies_ahead(hana: Client) -> None:
    store = make.store()

    page = hana.post(reverse("admin:stores_closingday_add"), {"store": store.pk, "on": "2020-12-25"}).content.decode()

    assert "is over" in page
    assert not ClosingDay.objects.exists()


def test_an_empty_list_and_a_saved_row_speak_as_our_own_pages_do(hana: Client) -> None:
    saved = hana.post(reverse("admin:stores_market_add"), MARKET, follow=True).content.decode()
    nothing = hana.get(reverse("admin:orders_refund_changelist")).content.decode()
    no_match = hana.get(reverse("admin:stores_market_changelist"), {"q": "zzz"}).content.decode()

    assert "Saved." in saved
    assert "No refunds yet" in nothing
    assert "Nothing matches" in no_match
    assert not any("successfully" in page or "yielded" in page for page in (saved, nothing, no_match))


def test_head_office_reaches_from_its_menu_every_page_that_must_be_set(hana: Client) -> None:
    home = hana.get(reverse("admin:stores_market_changelist")).content.decode()

    for name in ("dispatch_ladder", "payouts_payscheme", "drivers_firm", "drivers_firmmember", "stores_servicezip"):
        assert f'href="{reverse(f"admin:{name}_changelist")}"' in home

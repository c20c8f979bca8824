"""Staff see their own stores and nothing else (T13): absent and foreign are not found alike."""

from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from orders.models import Order
from stores.models import StoreStaff, Window
from stores.models.staff import StaffRole
from tests import make
from tests.staff import desk

pytestmark = pytest.mark.django_db

ORDER_PAGES = ["order", "pick", "stage", "bag_labels", "pick_list_pdf"]
ORDER_POSTS = ["pick_start", "order_cancel", "stage"]
LINE_POSTS = ["pick_line", "short_line", "undo_line", "substitute", "refund_line"]
STOP_POSTS = ["hand_over", "take_back"]
LISTS = [
    "orders_order", "orders_refund", "stores_storeitem", "stores_window", "stores_windowrule", "stores_closingday",
    "stores_storehours", "stores_storestaff", "stores_aisle", "stores_store", "stores_servicezip",
    "drivers_block", "drivers_blockrule", "drivers_van",
]  # fmt: skip
HEAD_OFFICE = [
    "stores_market", "stores_item", "stores_department", "orders_payment", "accounts_user", "drivers_driver",
    "drivers_firm", "drivers_firmmember", "dispatch_delivery", "dispatch_offer", "dispatch_run", "dispatch_alarm",
    "dispatch_ladder", "payouts_payscheme", "payouts_settlement", "payouts_statement", "payouts_earning",
]  # fmt: skip


def manager_elsewhere() -> Client:
    return desk.at_desk(make.staff(desk.store(), StaffRole.MANAGER, "Eve Elsewhere"))


def head_office() -> User:
    return make.user("Hana Head", is_staff=True, is_superuser=True)


@pytest.mark.parametrize("name", ORDER_PAGES)
def test_pages_of_another_stores_order_are_not_found(name: str) -> None:
    order, _ = desk.being_picked()
    eve = manager_elsewhere()

    assert eve.get(reverse(f"admin:{name}", args=[order.public_id])).status_code == 404
    assert eve.get(reverse(f"admin:{name}", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("name", ORDER_POSTS)
def test_buttons_of_another_stores_order_are_not_found(name: str) -> None:
    order, _ = desk.being_picked()

    answer = manager_elsewhere().post(reverse(f"admin:{name}", args=[order.public_id]), {"reason": "mischief"})

    assert answer.status_code == 404
    assert Order.objects.get().status == "picking"


@pytest.mark.parametrize("name", LINE_POSTS)
def test_lines_of_another_store_are_not_found(name: str) -> None:
    order, _ = desk.being_picked()
    line = order.lines.get()

    answer = manager_elsewhere().post(reverse(f"admin:{name}", args=[line.public_id]), {"quantity": 1})

    assert answer.status_code == 404
    line.refresh_from_db()
    assert line.status == "to_pick"


@pytest.mark.parametrize("name", STOP_POSTS)
def test_bays_of_another_store_are_not_found(name: str) -> None:
    stop = desk.claimed(desk.ready()[0])

    answer = manager_elsewhere().post(reverse(f"admin:{name}", args=[stop.public_id]), {"code": "4711", "bags": 3})

    assert answer.status_code == 404
    stop.refresh_from_db()
    assert stop.handed_over_at is None


@pytest.mark.parametrize("name", ["queue", "arrivals", "index"])
def test_another_store_cannot_be_chosen(name: str) -> None:
    order, _ = desk.being_picked()

    assert manager_elsewhere().get(reverse(f"admin:{name}"), {"store": order.store.slug}).status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_a_manager_the_own_store_only(name: str) -> None:
    theirs = desk.being_picked()[0].store
    make.window_rule(theirs)
    make.block(theirs, starts_at=timezone.now())
    make.van(theirs)
    mine = desk.being_picked()[0].store
    make.window_rule(mine)

    page = desk.at_desk(make.staff(mine, StaffRole.MANAGER)).get(reverse(f"admin:{name}_changelist"))

    assert page.status_code == 200
    assert theirs.name not in page.content.decode()


@pytest.mark.parametrize("name", HEAD_OFFICE)
def test_what_is_head_offices_is_forbidden_in_a_store(name: str) -> None:
    kim = desk.at_desk(make.staff(desk.store(), StaffRole.MANAGER))

    assert kim.get(reverse(f"admin:{name}_changelist")).status_code == 403


@pytest.mark.parametrize("name", [*LISTS, *HEAD_OFFICE])
def test_head_office_sees_every_list(name: str) -> None:
    desk.being_picked()

    assert desk.at_desk(head_office()).get(reverse(f"admin:{name}_changelist")).status_code == 200


def test_every_registered_list_is_tried_here() -> None:
    known = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}

    assert known == {*LISTS, *HEAD_OFFICE}


def test_forms_of_another_store_cannot_be_opened() -> None:
    theirs = make.window(desk.store())
    eve = manager_elsewhere()

    answer = eve.get(reverse("admin:stores_window_change", args=[theirs.pk]), follow=True)

    assert answer.redirect_chain
    assert "seats" not in answer.content.decode()


def test_a_form_offers_only_own_stores() -> None:
    theirs, mine = desk.store(), desk.store()

    page = desk.at_desk(make.staff(mine, StaffRole.MANAGER)).get(reverse("admin:stores_closingday_add"))

    assert mine.name in page.content.decode()
    assert theirs.name not in page.content.decode()


def test_another_store_slipped_into_a_form_is_refused() -> None:
    theirs, mine = desk.store(), desk.store()
    kim = desk.at_desk(make.staff(mine, StaffRole.MANAGER))

    kim.post(reverse("admin:stores_closingday_add"), {"store": theirs.pk, "on": "2026-07-04", "reason": "mischief"})

    assert not theirs.closing_days.exists()


def test_an_action_over_a_list_leaves_other_stores_alone() -> None:
    theirs, mine = make.window(desk.store()), make.window(desk.store())
    kim = desk.at_desk(make.staff(mine.store, StaffRole.MANAGER))

    kim.post(
        reverse("admin:stores_window_changelist"),
        {"action": "close_windows", "_selected_action": [theirs.pk, mine.pk]},
    )

    assert Window.objects.get(pk=mine.pk).is_closed
    assert not Window.objects.get(pk=theirs.pk).is_closed


@pytest.mark.parametrize("name", ["index", "queue", "arrivals", "orders_order_changelist"])
def test_strangers_sign_in_where_everybody_does(name: str) -> None:
    answer = Client().get(reverse(f"admin:{name}"), follow=True)

    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


@pytest.mark.parametrize("is_staff", [False, True])
def test_who_works_in_no_store_is_kept_out(is_staff: bool) -> None:
    eve = desk.at_desk(make.user("Eve Stranger", is_staff=is_staff))

    assert eve.get(reverse("admin:queue"), follow=True).status_code == 403


def test_who_left_the_store_is_kept_out() -> None:
    kim = make.staff(desk.store())
    client = desk.at_desk(kim)
    StoreStaff.objects.all().delete()

    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_the_search_for_items_finds_no_people_of_the_shop() -> None:
    kim = desk.at_desk(make.staff(desk.store(), StaffRole.MANAGER))
    asked = {"app_label": "drivers", "model_name": "firmmember", "field_name": "user", "term": "Sam"}

    assert kim.get(reverse("admin:autocomplete"), asked).status_code == 403

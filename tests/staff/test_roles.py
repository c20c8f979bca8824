"""What a picker, a lead and a manager may do (T13)."""

from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User
from orders.models import Refund
from stores.models import Store, StoreItem, StoreStaff, Window
from stores.models.staff import StaffRole
from tests import make
from tests.orders import tills
from tests.staff import desk

pytestmark = pytest.mark.django_db


def shelf_form(shelf: StoreItem, **changes: object) -> dict[str, object]:
    return {"aisle": shelf.aisle_id, "price_cents": "4.00", "stock": shelf.stock, "is_available": "on", **changes}


def test_a_picker_may_not_take_over_and_a_lead_may() -> None:
    order, _ = desk.being_picked()
    pat, lou = make.staff(order.store, name="Pat"), make.staff(order.store, StaffRole.LEAD, "Lou")
    page = reverse("admin:pick_start", args=[order.public_id])

    assert desk.at_desk(pat).post(page, {"take_over": 1}).status_code == 403
    assert desk.at_desk(lou).post(page, {"take_over": 1}).status_code == 302

    order.refresh_from_db()
    assert order.picker_id == lou.pk


def test_starting_somebody_elses_order_is_refused_in_words() -> None:
    order, _ = desk.being_picked()
    pat = desk.at_desk(make.staff(order.store, name="Pat"))

    page = pat.post(reverse("admin:pick_start", args=[order.public_id]), follow=True)

    assert "Somebody else is picking this order." in page.content.decode()


@pytest.mark.parametrize(("role", "status"), [(StaffRole.PICKER, 403), (StaffRole.LEAD, 302)])
def test_a_lead_refunds_a_line_with_a_reason(role: StaffRole, status: int) -> None:
    order = tills.deliver(make.order(desk.store()))
    lou = desk.at_desk(make.staff(order.store, role))
    said = {"amount": "5.00", "reason": "Bruised", "key": uuid4()}

    answer = lou.post(reverse("admin:refund_line", args=[order.lines.get().public_id]), said)

    assert answer.status_code == status
    assert [refund.reason for refund in Refund.objects.all()] == (["Bruised"] if status == 302 else [])


def test_the_same_refund_sent_twice_is_one() -> None:
    order = tills.deliver(make.order(desk.store()))
    lou = desk.at_desk(make.staff(order.store, StaffRole.LEAD))
    said = {"amount": "5.00", "reason": "Bruised", "key": uuid4()}

    for _ in range(2):
        lou.post(reverse("admin:refund_line", args=[order.lines.get().public_id]), said)

    assert Refund.objects.count() == 1


def test_a_refund_above_what_was_paid_is_refused_in_words() -> None:
    order = tills.deliver(make.order(desk.store()))
    lou = desk.at_desk(make.staff(order.store, StaffRole.LEAD))
    said = {"amount": "500.00", "reason": "Bruised", "key": uuid4()}

    page = lou.post(reverse("admin:refund_line", args=[order.lines.get().public_id]), said, follow=True)

    assert "more than was charged" in page.content.decode()
    assert not Refund.objects.exists()


@pytest.mark.parametrize("said", [{}, {"amount": "-1", "reason": "x"}, {"amount": "abc", "reason": "x"}])
def test_a_refund_that_says_nothing_is_refused(said: dict[str, str]) -> None:
    order = tills.deliver(make.order(desk.store()))
    lou = desk.at_desk(make.staff(order.store, StaffRole.LEAD))

    lou.post(reverse("admin:refund_line", args=[order.lines.get().public_id]), {**said, "key": uuid4()})

    assert not Refund.objects.exists()


@pytest.mark.parametrize(("role", "status"), [(StaffRole.PICKER, "placed"), (StaffRole.LEAD, "cancelled")])
def test_a_lead_cancels_an_order_with_a_reason(role: StaffRole, status: str) -> None:
    order = make.order(desk.store())
    make_seat_taken(order.window)
    lou = desk.at_desk(make.staff(order.store, role))

    lou.post(reverse("admin:order_cancel", args=[order.public_id]), {"reason": "Power cut"})

    order.refresh_from_db()
    assert order.status == status


def make_seat_taken(window: Window) -> None:
    window.taken = 1
    window.save(update_fields=["taken"])


def test_a_picker_reads_the_shelf_and_cannot_change_it() -> None:
    shelf = make.shelf(desk.store())
    pat = desk.at_desk(make.staff(shelf.store))

    assert pat.get(reverse("admin:stores_storeitem_changelist")).status_code == 200
    assert pat.post(reverse("admin:stores_storeitem_change", args=[shelf.pk]), shelf_form(shelf)).status_code == 403


def test_a_lead_counts_the_shelf_and_cannot_price_it() -> None:
    shelf = make.shelf(desk.store())
    lou = desk.at_desk(make.staff(shelf.store, StaffRole.LEAD))

    answer = lou.post(
        reverse("admin:stores_storeitem_change", args=[shelf.pk]), shelf_form(shelf, stock=7, price_cents="1.00")
    )

    assert answer.status_code == 302
    shelf.refresh_from_db()
    assert (shelf.stock, shelf.price_cents) == (7, 400)


def test_a_manager_prices_in_dollars() -> None:
    shelf = make.shelf(desk.store())
    kim = desk.at_desk(make.staff(shelf.store, StaffRole.MANAGER))

    kim.post(reverse("admin:stores_storeitem_change", args=[shelf.pk]), shelf_form(shelf, price_cents="$4.29"))

    shelf.refresh_from_db()
    assert shelf.price_cents == 429


@pytest.mark.parametrize("typed", ["", "0", "4.005", "free", "-1", "1e9", "NaN"])
def test_a_price_that_is_none_is_refused(typed: str) -> None:
    shelf = make.shelf(desk.store())
    kim = desk.at_desk(make.staff(shelf.store, StaffRole.MANAGER))

    kim.post(reverse("admin:stores_storeitem_change", args=[shelf.pk]), shelf_form(shelf, price_cents=typed))

    shelf.refresh_from_db()
    assert shelf.price_cents == 400


def test_counting_a_shelf_keeps_what_was_sold_in_the_meantime() -> None:
    shelf = make.shelf(desk.store(), stock=100)
    kim = desk.at_desk(make.staff(shelf.store, StaffRole.MANAGER))
    StoreItem.objects.update(stock=90)

    kim.post(reverse("admin:stores_storeitem_change", args=[shelf.pk]), shelf_form(shelf, stock=90, price_cents="5.00"))

    shelf.refresh_from_db()
    assert (shelf.stock, shelf.price_cents) == (90, 500)


def test_a_manager_changes_seats_but_not_below_what_is_sold() -> None:
    window = make.window(desk.store(), taken=4)
    kim = desk.at_desk(make.staff(window.store, StaffRole.MANAGER))
    page = reverse("admin:stores_window_change", args=[window.pk])

    kim.post(page, {"seats": 6, "fee_cents": "7.95"})
    refused = kim.post(page, {"seats": 3, "fee_cents": "7.95"}, follow=True)

    window.refresh_from_db()
    assert (window.seats, window.fee_cents) == (6, 795)
    assert "4 seats are sold or held" in refused.content.decode()


@pytest.mark.parametrize("role", [StaffRole.PICKER, StaffRole.LEAD])
def test_only_a_manager_changes_windows(role: StaffRole) -> None:
    window = make.window(desk.store())
    lou = desk.at_desk(make.staff(window.store, role))

    lou.post(reverse("admin:stores_window_change", args=[window.pk]), {"seats": 1, "fee_cents": "0"})
    lou.post(reverse("admin:stores_window_changelist"), {"action": "close_windows", "_selected_action": [window.pk]})

    window.refresh_from_db()
    assert (window.seats, window.is_closed) == (10, False)


def test_a_closing_day_closes_the_windows_on_it() -> None:
    window = make.window(desk.store())
    kim = desk.at_desk(make.staff(window.store, StaffRole.MANAGER))

    kim.post(
        reverse("admin:stores_closingday_add"), {"store": window.store_id, "on": "2026-06-05", "reason": "Stocktaking"}
    )

    window.refresh_from_db()
    assert window.is_closed


def test_a_new_weekly_window_is_on_offer_at_once() -> None:
    at = desk.store()
    kim = desk.at_desk(make.staff(at, StaffRole.MANAGER))
    rule = {"store": at.pk, "weekday": 6, "starts": "10:00", "ends": "12:00", "seats": 8, "fee_cents": "6.95"}

    kim.post(reverse("admin:stores_windowrule_add"), {**rule, "cutoff_minutes": 60})

    assert [(window.seats, window.fee_cents) for window in at.windows.all()] == [(8, 695)]


def hire(kim: User, at: Store, email: str, role: str = "picker") -> None:
    desk.at_desk(kim).post(
        reverse("admin:stores_storestaff_add"), {"store": at.pk, "email": email, "name": "Nia New", "role": role}
    )


def test_a_manager_hires_by_address_and_the_person_can_come_in() -> None:
    at = desk.store()

    hire(make.staff(at, StaffRole.MANAGER), at, "nia@example.com", "lead")

    nia = User.objects.get(email="nia@example.com")
    assert StoreStaff.objects.get(user=nia).role == StaffRole.LEAD
    assert desk.at_desk(nia).get(reverse("admin:queue")).status_code == 200


def test_a_shopper_who_is_hired_keeps_the_account() -> None:
    at, sam = desk.store(), make.user(email="sam@example.com")
    EmailAddress.objects.create(user=sam, email=sam.email, verified=True, primary=True)

    hire(make.staff(at, StaffRole.MANAGER), at, "Sam@Example.com")

    assert StoreStaff.objects.get(user=sam).role == StaffRole.PICKER


def test_a_lead_hires_nobody() -> None:
    at = desk.store()

    hire(make.staff(at, StaffRole.LEAD), at, "nia@example.com")

    assert not User.objects.filter(email="nia@example.com").exists()


def test_who_is_let_go_cannot_come_in() -> None:
    at = desk.store()
    kim, pat = make.staff(at, StaffRole.MANAGER), make.staff(at, name="Pat")
    membership = StoreStaff.objects.get(user=pat)

    desk.at_desk(kim).post(reverse("admin:stores_storestaff_delete", args=[membership.pk]), {"post": "yes"})

    pat.refresh_from_db()
    assert not pat.is_staff


def test_a_store_keeps_its_last_manager() -> None:
    at = desk.store()
    kim = make.staff(at, StaffRole.MANAGER)
    membership = StoreStaff.objects.get(user=kim)

    page = desk.at_desk(kim).post(
        reverse("admin:stores_storestaff_change", args=[membership.pk]), {"role": "picker"}, follow=True
    )

    membership.refresh_from_db()
    assert membership.role == StaffRole.MANAGER
    assert "keeps at least one manager" in page.content.decode()


def test_status_and_money_of_an_order_cannot_be_written_through_the_admin() -> None:
    order, kim = desk.being_picked()
    page = reverse("admin:orders_order_change", args=[order.pk])

    desk.at_desk(kim).post(page, {"status": "delivered", "total_cents": 1})

    order.refresh_from_db()
    assert order.status == "picking"


def test_a_manager_keeps_the_own_store_and_cannot_move_it() -> None:
    at = desk.store()
    kim = desk.at_desk(make.staff(at, StaffRole.MANAGER))
    said = {
        "phone": "",
        "bays": 6,
        "min_basket_cents": "35.00",
        "usual_wait_minutes": 3,
        "staging_places": "ambient: B1",
    }

    kim.post(reverse("admin:stores_store_change", args=[at.pk]), {**said, "lat": 0, "grocery_tax_bp": 0})

    at.refresh_from_db()
    assert (at.bays, at.min_basket_cents, at.lat, at.grocery_tax_bp) == (6, 3_500, make.EAST_NASHVILLE.lat, 625)

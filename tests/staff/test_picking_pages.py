"""Picking, substituting and staging through the pages staff hold in their hands (T1-T5)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from orders.actions.substitution import decide_substitution
from orders.models import Line, Order, Substitution
from orders.queries.picklist import walk
from stores.actions.shelf import change_shelf
from stores.models import Aisle, StoreItem
from tests import make
from tests.staff import desk

pytestmark = pytest.mark.django_db


def pick(client: Client, line: Line, **said: object) -> str:
    page = client.post(
        reverse("admin:pick_line", args=[line.public_id]), {"quantity": line.quantity, **said}, follow=True
    )
    line.refresh_from_db()
    return page.content.decode()


def test_the_walk_goes_aisle_by_aisle_and_ends_at_the_cold() -> None:
    at = desk.store()
    late, early = (Aisle.objects.create(store=at, name=f"Aisle {n}", walk_order=n) for n in (9, 2))
    rows = [
        ("Ice cream", "frozen", early),
        ("Milk", "chilled", early),
        ("Rice", "ambient", late),
        ("Bread", "ambient", early),
    ]
    shelves = [(make.shelf(at, make.item(name, cold_class=cold), aisle=aisle), 1) for name, cold, aisle in rows]
    order, _ = desk.being_picked(at, *shelves)

    assert [line.name for line in walk(order)] == ["Bread", "Rice", "Milk", "Ice cream"]


def test_starting_opens_the_first_line() -> None:
    at = desk.store()
    order = make.order(at)

    page = desk.at_desk(make.staff(at)).post(reverse("admin:pick_start", args=[order.public_id]), follow=True)

    assert "0 of 1" in page.content.decode()
    assert "Gala apples" in page.content.decode()


def test_a_picked_line_moves_on_and_offers_undo() -> None:
    order, kim = desk.being_picked()
    line = order.lines.get()

    page = pick(desk.at_desk(kim), line)

    assert line.status == "picked"
    assert "1 of 1" in page
    assert reverse("admin:undo_line", args=[line.public_id]) in page


def test_undo_puts_the_line_back_without_a_script() -> None:
    order, kim = desk.being_picked()
    line, client = order.lines.get(), desk.at_desk(kim)
    pick(client, line)

    client.post(reverse("admin:undo_line", args=[line.public_id]))

    line.refresh_from_db()
    assert line.status == "to_pick"


def test_the_wrong_article_is_refused_and_nothing_changes() -> None:
    order, kim = desk.being_picked()
    line = order.lines.get()

    page = pick(desk.at_desk(kim), line, scanned="0123456789012")

    assert "That is another item: this line asks for Gala apples." in page
    assert line.status == "to_pick"


@pytest.mark.parametrize(
    "said", [{"quantity": "0"}, {"quantity": "abc"}, {"quantity": "11"}, {"quantity": "1", "pounds": "x"}]
)
def test_a_number_that_cannot_be_is_refused_in_words(said: dict[str, str]) -> None:
    order, kim = desk.being_picked()
    line = order.lines.get()

    page = pick(desk.at_desk(kim), line, **said)

    assert 'class="hw-toast' in page
    assert line.status == "to_pick"


def test_a_weight_is_asked_for_and_charged() -> None:
    at = desk.store()
    shelf = make.shelf(at, make.weighed_item(), price_cents=100)
    order, kim = desk.being_picked(at, (shelf, 4))
    line, client = order.lines.get(), desk.at_desk(kim)

    assert "Put it on the scale" in pick(client, line)
    pick(client, line, pounds="1.855")

    assert (line.picked_pounds, line.final_cents) == (Decimal("1.855"), 186)


def scan(client: Client, line: Line, code: str = "") -> str:
    said = {"one": "1", "before": line.picked_quantity, "scanned": code or line.store_item.item.upc, "quantity": 4}
    page = client.post(reverse("admin:pick_line", args=[line.public_id]), said, follow=True)
    line.refresh_from_db()
    return page.content.decode()


def test_one_scan_counts_one_piece_and_the_last_finishes_the_line() -> None:
    at = desk.store()
    order, kim = desk.being_picked(at, (make.shelf(at), 3))
    line, client = order.lines.get(), desk.at_desk(kim)

    assert "1 of 3 scanned" in scan(client, line)
    scan(client, line)
    assert (line.status, line.picked_quantity) == ("to_pick", 2)
    scan(client, line)

    assert (line.status, line.picked_quantity, line.final_cents) == ("picked", 3, 1_200)


def test_a_scan_sent_twice_counts_once() -> None:
    order, kim = desk.being_picked()
    line, client = order.lines.get(), desk.at_desk(kim)
    scan(client, line)
    line.picked_quantity = 0  # the page as it was sent first

    scan(client, line)

    assert line.picked_quantity == 1


def test_a_scan_of_another_article_counts_nothing() -> None:
    order, kim = desk.being_picked()
    line = order.lines.get()

    page = scan(desk.at_desk(kim), line, "0123456789012")

    assert "That is another item" in page
    assert line.picked_quantity == 0


def test_all_pieces_of_what_is_weighed_are_scanned_before_the_scale() -> None:
    at = desk.store()
    order, kim = desk.being_picked(at, (make.shelf(at, make.weighed_item()), 2))
    line, client = order.lines.get(), desk.at_desk(kim)
    for _ in range(3):
        scan(client, line)

    assert (line.status, line.picked_quantity) == ("to_pick", 2)


def shelf_of(line: Line) -> int:
    return StoreItem.objects.get(pk=line.store_item_id).stock


def test_a_slip_of_the_thumb_sells_nothing_out() -> None:
    order, kim = desk.being_picked()
    line, client = order.lines.get(), desk.at_desk(kim)
    client.post(reverse("admin:short_line", args=[line.public_id]))
    assert shelf_of(line) == 0

    client.post(reverse("admin:undo_line", args=[line.public_id]))
    pick(client, line)

    assert shelf_of(line) == 100


def test_damaged_pieces_leave_the_count_of_the_others() -> None:
    order, kim = desk.being_picked()
    line = order.lines.get()

    desk.at_desk(kim).post(reverse("admin:short_line", args=[line.public_id]), {"reason": "damaged"})

    line.refresh_from_db()
    assert (line.status, line.short_reason, shelf_of(line)) == ("short", "damaged", 100)


def test_a_count_by_hand_stands_against_what_a_picker_missed() -> None:
    order, kim = desk.being_picked()
    line, client = order.lines.get(), desk.at_desk(kim)
    client.post(reverse("admin:short_line", args=[line.public_id]))
    change_shelf(store_item_id=line.store_item_id, stock=7, now=make.NOON + timedelta(minutes=1))

    client.post(reverse("admin:undo_line", args=[line.public_id]))

    assert shelf_of(line) == 7


@pytest.mark.parametrize("ask", ["", "1"])
def test_a_substitute_is_no_more_than_was_asked(ask: str) -> None:
    order, kim = desk.being_picked()
    pears = make.shelf(order.store, make.item("Conference pears"))
    said = {"store_item": pears.pk, "quantity": 50, "ask": ask}
    address = reverse("admin:substitute", args=[order.lines.get().public_id])

    page = desk.at_desk(kim).post(address, said, follow=True).content.decode()

    assert "The shopper asked for 10: take between 1 and 10." in page
    assert not Substitution.objects.exists()


@pytest.mark.parametrize("ask", ["", "1"])
def test_a_substitute_is_no_more_than_is_there(ask: str) -> None:
    order, kim = desk.being_picked()
    pears = make.shelf(order.store, make.item("Conference pears"), stock=3)
    said = {"store_item": pears.pk, "quantity": 4, "ask": ask}
    address = reverse("admin:substitute", args=[order.lines.get().public_id])

    page = desk.at_desk(kim).post(address, said, follow=True).content.decode()

    assert "Only 3 of Conference pears can be taken." in page
    assert not Substitution.objects.exists()


def test_what_the_shopper_is_asked_about_is_kept_for_them() -> None:
    order, kim = desk.being_picked()
    pears = make.shelf(order.store, make.item("Conference pears"), stock=10)
    said = {"store_item": pears.pk, "quantity": 4, "ask": "1"}
    desk.at_desk(kim).post(reverse("admin:substitute", args=[order.lines.get().public_id]), said)
    pears.refresh_from_db()
    assert pears.stock == 6

    decide_substitution(substitution_id=Substitution.objects.get().pk, approve=False, now=make.NOON)

    pears.refresh_from_db()
    assert pears.stock == 10


def test_a_short_line_is_done() -> None:
    order, kim = desk.being_picked()
    line = order.lines.get()

    desk.at_desk(kim).post(reverse("admin:short_line", args=[line.public_id]))

    line.refresh_from_db()
    assert (line.status, line.final_cents) == ("short", 0)


def substitutes(order: Order, kim_page: Client) -> str:
    return kim_page.get(reverse("admin:substitute", args=[order.lines.get().public_id])).content.decode()


def test_the_chooser_says_what_the_shopper_pays_at_most() -> None:
    at = desk.store()
    apples = make.shelf(at, make.item(subcategory="Apples"))
    make.shelf(at, make.item("Honeycrisp apples", subcategory="Apples"), price_cents=500)
    order, kim = desk.being_picked(at, (apples, 2))

    page = substitutes(order, desk.at_desk(kim))

    assert "+$2.00" in page
    assert "shopper pays at most $8.00" in page


def test_the_shoppers_own_choice_comes_first() -> None:
    at = desk.store()
    apples = make.shelf(at, make.item(subcategory="Apples"))
    make.shelf(at, make.item("Honeycrisp apples", subcategory="Apples"), price_cents=401)
    pears = make.shelf(at, make.item("Pears"), price_cents=900)
    order, kim = desk.being_picked(at, (apples, 2))
    order.lines.update(wish="this", wish_item=pears)

    page = substitutes(order, desk.at_desk(kim))

    assert page.index("Pears") < page.index("Honeycrisp")
    assert page.count("Put in the bag") == 1


def test_who_wants_no_substitute_can_only_be_asked() -> None:
    at = desk.store()
    apples = make.shelf(at, make.item(subcategory="Apples"))
    make.shelf(at, make.item("Honeycrisp apples", subcategory="Apples"))
    order, kim = desk.being_picked(at, (apples, 2))
    order.lines.update(wish="none")

    page = substitutes(order, desk.at_desk(kim))

    assert "Put in the bag" not in page
    assert "Ask, at $8.00" in page


def test_a_substitute_found_by_name_goes_in_the_bag_at_the_originals_price() -> None:
    order, kim = desk.being_picked()
    line, client = order.lines.get(), desk.at_desk(kim)
    pears = make.shelf(order.store, make.item("Conference pears"), price_cents=700)

    found = client.get(reverse("admin:substitute", args=[line.public_id]), {"q": "pears"}).content.decode()
    client.post(reverse("admin:substitute", args=[line.public_id]), {"store_item": pears.pk, "quantity": 10})

    line.refresh_from_db()
    assert "Conference pears" in found
    assert (line.status, line.final_cents) == ("substituted", 4_000)


def test_asking_the_shopper_leaves_the_line_waiting() -> None:
    order, kim = desk.being_picked()
    line, client = order.lines.get(), desk.at_desk(kim)
    pears = make.shelf(order.store, make.item("Conference pears"), price_cents=410)
    said = {"store_item": pears.pk, "quantity": 10, "ask": 1}

    page = client.post(reverse("admin:substitute", args=[line.public_id]), said, follow=True).content.decode()

    asked = Substitution.objects.get()
    assert (asked.status, asked.decide_by) == ("proposed", make.NOON + timedelta(minutes=10))
    assert "Waiting for the shopper" in page
    assert "Conference pears" in page


def test_an_item_of_another_store_cannot_be_substituted() -> None:
    order, kim = desk.being_picked()
    foreign = make.shelf(desk.store())
    line = order.lines.get()

    desk.at_desk(kim).post(
        reverse("admin:substitute", args=[line.public_id]), {"store_item": foreign.pk, "quantity": 1}
    )

    assert not Substitution.objects.exists()


def test_an_item_that_is_none_cannot_be_substituted() -> None:
    order, kim = desk.being_picked()
    line = order.lines.get()

    answer = desk.at_desk(kim).post(
        reverse("admin:substitute", args=[line.public_id]), {"store_item": 999_999, "quantity": 1}
    )

    assert answer.status_code == 302
    assert not Substitution.objects.exists()


def stage(client: Client, order: Order, **said: object) -> str:
    page = client.post(reverse("admin:stage", args=[order.public_id]), said, follow=True)
    order.refresh_from_db()
    return page.content.decode()


def test_an_order_is_ready_once_picked_and_staged() -> None:
    order, kim = desk.being_picked()
    client = desk.at_desk(kim)
    pick(client, order.lines.get())

    page = stage(client, order, **{"place-ambient": "A1", "bags-ambient": "2", "ready": "1"})

    assert (order.status, order.bag_count) == ("ready", 2)
    assert "is ready. A driver is being found." in page


def test_an_order_with_a_line_left_is_not_ready() -> None:
    order, kim = desk.being_picked()

    page = stage(desk.at_desk(kim), order, **{"place-ambient": "A1", "bags-ambient": "2", "ready": "1"})

    assert order.status == "picking"
    assert "1 line is not decided yet." in page


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"place-ambient": "Z9", "bags-ambient": "1"},
        {"place-ambient": "A1", "bags-ambient": "-1"},
        {"place-ambient": "A1", "bags-ambient": "٣"},
    ],
)
def test_places_that_cannot_be_are_refused(said: dict[str, str]) -> None:
    order, kim = desk.being_picked()
    pick(desk.at_desk(kim), order.lines.get())

    stage(desk.at_desk(kim), order, **said, ready="1")

    assert order.status == "picking"
    assert not order.stagings.exists()


def test_the_pick_page_of_a_ready_order_leads_to_the_order() -> None:
    order, kim = desk.ready()

    answer = desk.at_desk(kim).get(reverse("admin:pick", args=[order.public_id]))

    assert answer.headers["Location"] == reverse("admin:order", args=[order.public_id])


def test_every_bag_has_a_label_and_every_line_is_on_the_list() -> None:
    order, kim = desk.ready()
    client = desk.at_desk(kim)

    labels = client.get(reverse("admin:bag_labels", args=[order.public_id]))
    listed = client.get(reverse("admin:pick_list_pdf", args=[order.public_id]))

    assert labels.content.startswith(b"%PDF")
    assert labels.content.count(b"/Type /Page\n") == 3
    assert listed.headers["Content-Type"] == "application/pdf"


def test_labels_wait_for_the_places() -> None:
    order, kim = desk.being_picked()

    page = desk.at_desk(kim).get(reverse("admin:bag_labels", args=[order.public_id]), follow=True)

    assert "Say first how many bags stand where" in page.content.decode()

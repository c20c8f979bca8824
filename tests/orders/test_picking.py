"""Fetching an order from the shelves: what is charged is what went into the bag."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from events.models import Event
from orders.actions.picking import (
    NeedsWeight,
    NotBeingPicked,
    PickedByAnother,
    TooHeavy,
    WrongItem,
    WrongQuantity,
    pick_line,
    short_line,
    start_picking,
    undo_line,
)
from orders.actions.staging import (
    BadStaging,
    Bags,
    LinesLeft,
    NothingPicked,
    NotStaged,
    mark_ready,
    stage_bags,
)
from orders.actions.substitution import (
    AlreadyDecided,
    NoSubstituteWanted,
    OtherSubstituteWanted,
    UnfitSubstitute,
    decide_overdue_substitutions,
    decide_substitution,
    propose_substitute,
    substitute_line,
)
from orders.models import Line, Order
from orders.states import LineStatus, OrderStatus
from stores.models import StoreItem
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def being_picked(*lines: tuple[StoreItem, int]) -> tuple[Order, User]:
    at = lines[0][0].store if lines else make.store()
    order = make.order(at, lines=lines or [(make.shelf(at), 10)])
    kim = make.staff(at)
    start_picking(order_id=order.pk, picker_id=kim.pk, by=kim.actor, now=make.NOON)
    order.refresh_from_db()
    return order, kim


def pick_all(order: Order, kim: User) -> None:
    for line in order.lines.all():
        pick_line(line_id=line.pk, quantity=line.quantity, picker_id=kim.pk, now=make.NOON)


def stage(order: Order, cold_class: str = "ambient", bags: int = 2) -> Order:
    return stage_bags(order_id=order.pk, bags=[Bags(cold_class, "A1", bags)], now=make.NOON)


def weighed_line(order: Order, *, pounds: str = "2.0", price_cents: int = 100, estimated_cents: int = 200) -> Line:
    piece = make.shelf(order.store, make.weighed_item(), price_cents=price_cents)
    return make.line(
        order, piece, 4, estimated_pounds=Decimal(pounds), estimated_cents=estimated_cents, is_weighed=True
    )


def test_picking_begins_with_a_picker() -> None:
    order, kim = being_picked()

    assert (order.status, order.picker_id) == (OrderStatus.PICKING, kim.pk)


def test_beginning_twice_changes_nothing() -> None:
    order, kim = being_picked()

    start_picking(order_id=order.pk, picker_id=kim.pk, by=kim.actor, now=make.NOON)

    assert Event.objects.filter(topic="order.picking").count() == 1


def test_an_order_somebody_picks_is_not_taken_by_accident() -> None:
    order, _ = being_picked()
    lou = make.staff(order.store, name="Lou Keeper")

    with pytest.raises(PickedByAnother):
        start_picking(order_id=order.pk, picker_id=lou.pk, by=lou.actor, now=make.NOON)

    taken = start_picking(order_id=order.pk, picker_id=lou.pk, by=lou.actor, now=make.NOON, take_over=True)
    assert taken.picker_id == lou.pk


def test_fewer_pieces_than_asked_for_are_charged_as_picked() -> None:
    order, kim = being_picked()

    line = pick_line(line_id=order.lines.get().pk, quantity=7, picker_id=kim.pk, now=make.NOON)

    assert (line.status, line.final_cents) == (LineStatus.PICKED, 2_800)


def test_the_wrong_article_is_refused_by_its_code() -> None:
    order, kim = being_picked()
    line = order.lines.get()

    with pytest.raises(WrongItem):
        pick_line(line_id=line.pk, quantity=1, picker_id=kim.pk, now=make.NOON, scanned="299999999999")


def test_the_right_article_is_taken_with_or_without_its_leading_zero() -> None:
    at = make.store()
    order, kim = being_picked((make.shelf(at, make.item(upc="0412345678905")), 2))

    line = pick_line(line_id=order.lines.get().pk, quantity=2, picker_id=kim.pk, now=make.NOON, scanned="412345678905")

    assert line.status == LineStatus.PICKED


@pytest.mark.parametrize("quantity", [0, -1, 11])
def test_an_impossible_number_of_pieces_is_refused(quantity: int) -> None:
    order, kim = being_picked()

    with pytest.raises(WrongQuantity):
        pick_line(line_id=order.lines.get().pk, quantity=quantity, picker_id=kim.pk, now=make.NOON)


def test_what_is_weighed_is_charged_by_its_weight() -> None:
    order, kim = being_picked()
    line = weighed_line(order)

    picked = pick_line(line_id=line.pk, quantity=4, pounds=Decimal("1.855"), picker_id=kim.pk, now=make.NOON)

    assert picked.final_cents == 186


@pytest.mark.parametrize("pounds", [None, Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity"), Decimal(201)])
def test_a_weight_no_scale_shows_is_refused(pounds: Decimal | None) -> None:
    order, kim = being_picked()
    line = weighed_line(order)

    with pytest.raises(NeedsWeight):
        pick_line(line_id=line.pk, quantity=4, pounds=pounds, picker_id=kim.pk, now=make.NOON)


def test_a_weight_the_hold_does_not_cover_is_refused_with_what_fits() -> None:
    order, kim = being_picked()
    line = weighed_line(order)

    with pytest.raises(TooHeavy, match=r"at most 2\.30 lb"):
        pick_line(line_id=line.pk, quantity=4, pounds=Decimal("2.31"), picker_id=kim.pk, now=make.NOON)


def test_a_short_line_costs_nothing_and_empties_the_shelf() -> None:
    order, kim = being_picked()

    line = short_line(line_id=order.lines.get().pk, picker_id=kim.pk, now=make.NOON)

    assert line.final_cents == 0
    assert StoreItem.objects.get(pk=line.store_item_id).stock == 0


def test_an_undone_line_is_on_the_list_again() -> None:
    order, kim = being_picked()
    line = order.lines.get()
    pick_line(line_id=line.pk, quantity=10, picker_id=kim.pk, now=make.NOON)

    undone = undo_line(line_id=line.pk, now=make.NOON)

    assert (undone.status, undone.final_cents, undone.picked_by_id) == (LineStatus.TO_PICK, None, None)


def test_a_dearer_substitute_costs_the_originals_price() -> None:
    order, kim = being_picked()
    dear = make.shelf(order.store, price_cents=700)

    line = substitute_line(
        line_id=order.lines.get().pk, store_item_id=dear.pk, quantity=10, picker_id=kim.pk, now=make.NOON
    )

    assert line.final_cents == 4_000
    assert line.substitution.shelf_total_cents == 7_000


def test_fewer_pieces_of_a_substitute_cost_what_as_many_of_the_original_would() -> None:
    order, kim = being_picked()
    dear = make.shelf(order.store, price_cents=700)

    line = substitute_line(
        line_id=order.lines.get().pk, store_item_id=dear.pk, quantity=3, picker_id=kim.pk, now=make.NOON
    )

    assert line.final_cents == 1_200


def test_a_cheaper_substitute_costs_its_own_price_and_leaves_its_shelf() -> None:
    order, kim = being_picked()
    cheap = make.shelf(order.store, price_cents=300, stock=30)

    line = substitute_line(
        line_id=order.lines.get().pk, store_item_id=cheap.pk, quantity=10, picker_id=kim.pk, now=make.NOON
    )

    cheap.refresh_from_db()
    assert (line.final_cents, cheap.stock) == (3_000, 20)


def test_an_undone_substitute_goes_back_to_its_shelf() -> None:
    order, kim = being_picked()
    cheap = make.shelf(order.store, price_cents=300, stock=30)
    line = order.lines.get()
    substitute_line(line_id=line.pk, store_item_id=cheap.pk, quantity=10, picker_id=kim.pk, now=make.NOON)

    undo_line(line_id=line.pk, now=make.NOON)

    cheap.refresh_from_db()
    assert cheap.stock == 30


def test_who_wants_no_substitute_gets_none() -> None:
    order, kim = being_picked()
    line = order.lines.get()
    Line.objects.filter(pk=line.pk).update(wish="none")

    with pytest.raises(NoSubstituteWanted):
        substitute_line(
            line_id=line.pk, store_item_id=make.shelf(order.store).pk, quantity=1, picker_id=kim.pk, now=make.NOON
        )


def test_who_named_a_substitute_gets_that_one() -> None:
    order, kim = being_picked()
    line = order.lines.get()
    wanted = make.shelf(order.store)
    Line.objects.filter(pk=line.pk).update(wish="this", wish_item=wanted)

    with pytest.raises(OtherSubstituteWanted):
        substitute_line(
            line_id=line.pk, store_item_id=make.shelf(order.store).pk, quantity=1, picker_id=kim.pk, now=make.NOON
        )


def test_wine_does_not_stand_in_for_juice() -> None:
    order, kim = being_picked()
    wine = make.shelf(order.store, make.item("Red wine", age_limit=21))

    with pytest.raises(UnfitSubstitute):
        substitute_line(
            line_id=order.lines.get().pk, store_item_id=wine.pk, quantity=1, picker_id=kim.pk, now=make.NOON
        )


def test_a_shopper_who_agrees_pays_the_substitutes_own_price_within_the_hold() -> None:
    order, _ = being_picked()
    dear = make.shelf(order.store, price_cents=700)
    asked = propose_substitute(line_id=order.lines.get().pk, store_item_id=dear.pk, quantity=10, now=make.NOON)

    decide_substitution(substitution_id=asked.pk, approve=True, now=make.NOON)

    line = order.lines.get()
    assert (line.status, line.final_cents) == (LineStatus.SUBSTITUTED, 4_600)  # 4,000 and the buffer of 15 %


def test_a_shopper_who_refuses_pays_nothing_for_the_line() -> None:
    order, _ = being_picked()
    asked = propose_substitute(
        line_id=order.lines.get().pk, store_item_id=make.shelf(order.store).pk, quantity=10, now=make.NOON
    )

    decide_substitution(substitution_id=asked.pk, approve=False, now=make.NOON)

    assert order.lines.get().final_cents == 0


def test_an_answer_cannot_be_turned_round() -> None:
    order, _ = being_picked()
    asked = propose_substitute(
        line_id=order.lines.get().pk, store_item_id=make.shelf(order.store).pk, quantity=10, now=make.NOON
    )
    decide_substitution(substitution_id=asked.pk, approve=False, now=make.NOON)

    with pytest.raises(AlreadyDecided):
        decide_substitution(substitution_id=asked.pk, approve=True, now=make.NOON)


@pytest.mark.parametrize(("wish", "final_cents"), [("best", 4_000), ("none", 0)])
def test_silence_means_what_the_shopper_said_beforehand(wish: str, final_cents: int) -> None:
    order, _ = being_picked()
    line = order.lines.get()
    Line.objects.filter(pk=line.pk).update(wish=wish)
    dear = make.shelf(order.store, price_cents=700)
    propose_substitute(line_id=line.pk, store_item_id=dear.pk, quantity=10, now=make.NOON)

    decide_overdue_substitutions(now=make.NOON + timedelta(minutes=11))

    line.refresh_from_db()
    assert line.final_cents == final_cents


def test_only_a_staged_order_is_ready() -> None:
    order, kim = being_picked()
    pick_all(order, kim)

    with pytest.raises(NotStaged):
        mark_ready(order_id=order.pk, by=kim.actor, now=make.NOON)

    stage(order)
    ready = mark_ready(order_id=order.pk, by=kim.actor, now=make.NOON)
    assert (ready.status, ready.bag_count) == (OrderStatus.READY, 2)


def test_the_final_total_is_what_was_picked_with_fee_and_tip() -> None:
    order, kim = being_picked()
    pick_line(line_id=order.lines.get().pk, quantity=7, picker_id=kim.pk, now=make.NOON)
    stage(order)

    ready = mark_ready(order_id=order.pk, by=kim.actor, now=make.NOON)

    assert ready.final_total_cents == 2_800 + 995 + 500


def test_an_order_with_a_line_left_is_not_ready() -> None:
    order, kim = being_picked()
    stage(order)

    with pytest.raises(LinesLeft):
        mark_ready(order_id=order.pk, by=kim.actor, now=make.NOON)


def test_an_order_of_nothing_is_not_ready() -> None:
    order, kim = being_picked()
    short_line(line_id=order.lines.get().pk, picker_id=kim.pk, now=make.NOON)
    stage(order)

    with pytest.raises(NothingPicked):
        mark_ready(order_id=order.pk, by=kim.actor, now=make.NOON)


def test_dispatch_is_told_once_that_an_order_is_ready() -> None:
    order, kim = being_picked()
    pick_all(order, kim)
    stage(order)

    for _ in range(2):
        mark_ready(order_id=order.pk, by=kim.actor, now=make.NOON)

    assert Event.objects.filter(topic="order.ready").count() == 1


def test_the_final_total_never_exceeds_the_hold() -> None:
    order, kim = being_picked()
    line = weighed_line(order)
    Order.objects.filter(pk=order.pk).update(hold_cents=order.total_cents + 100)
    pick_line(line_id=line.pk, quantity=4, pounds=Decimal("2.2"), picker_id=kim.pk, now=make.NOON)
    pick_line(line_id=order.lines.exclude(pk=line.pk).get().pk, quantity=10, picker_id=kim.pk, now=make.NOON)
    stage(order)

    ready = mark_ready(order_id=order.pk, by=kim.actor, now=make.NOON)

    assert ready.final_total_cents == ready.hold_cents
    assert Line.objects.get(pk=line.pk).final_cents == 100


@pytest.mark.parametrize("bags", [[], [Bags("ambient", "A1", 0)], [Bags("warm", "A1", 1)], [Bags("ambient", "A1", 61)]])
def test_bags_that_cannot_be_are_refused(bags: list[Bags]) -> None:
    order, _ = being_picked()

    with pytest.raises(BadStaging):
        stage_bags(order_id=order.pk, bags=bags, now=make.NOON)


def test_a_cancelled_order_is_not_picked() -> None:
    order = make.order(status=OrderStatus.CANCELLED)

    with pytest.raises(NotBeingPicked):
        start_picking(order_id=order.pk, picker_id=make.staff(order.store).pk, by="system", now=make.NOON)

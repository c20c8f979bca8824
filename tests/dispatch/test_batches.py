"""A planned batch is reserved whole, also with what of it lies on the board already."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.geo import Point
from dispatch.actions.claiming import OfferWithdrawn, accept_offer, decline_offer
from dispatch.actions.ladder import climb_ladder
from dispatch.actions.matching import match_market
from dispatch.actions.offering import expire_offers, make_offers
from dispatch.engine.acceptance import Acceptance
from dispatch.models import Delivery, Ladder, Offer
from dispatch.queries.cycle_rows import cycle_rows
from dispatch.queries.rates import rates_at
from dispatch.queries.snapshot import snapshot_of
from dispatch.states import DeliveryStatus, OfferStatus
from dispatch.terms.batching import Waiting, reserved_together
from dispatch.terms.draft import Draft
from dispatch.terms.proposing import propose
from dispatch.terms.searching import search
from drivers.models import Driver, Trip
from drivers.states import TripStatus
from orders.states import OrderStatus
from providers.routing.gateway import gateway
from stores.models import Store
from tests import make

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)
Step = Delivery.Step


def later(seconds: int) -> datetime:
    return FOUR + timedelta(seconds=seconds)


def staged(store: Store, at: Point = make.INGLEWOOD) -> Delivery:
    order = make.order(store, status=OrderStatus.READY)
    return make.delivery(order, drop_lat=at.lat, drop_lng=at.lng)


def posted(store: Store, at: Point = make.INGLEWOOD, *, seconds: int = 0, raises: int = 0) -> Delivery:
    """A delivery that came to the board at a moment."""
    one = staged(store, at)
    one.step, one.step_at, one.raises = Step.RAISED if raises else Step.BOARD, later(seconds), raises
    one.save(update_fields=["step", "step_at", "raises"])
    return one


def commute(store: Store, name: str = "Ann", **extra: Any) -> Trip:
    ann = make.driver(name, in_market=store.market)
    return make.trip(ann, departs_until=later(3_600), arrive_by=later(9_000), **{"max_orders": 3, **extra})


def farther(store: Store, name: str = "Bob") -> Trip:
    """Somebody who could take one, with more to add than Ann."""
    return commute(store, name, start=make.MADISON, end=make.DOWNTOWN, max_orders=1)


def not_taken(one: Delivery, by: Trip, times: int, status: str = OfferStatus.EXPIRED) -> None:
    """Reserved for that many drivers before, in vain."""
    for number in range(times):
        asked = make.trip(make.driver(f"Asked {number}", in_market=by.market))
        Trip.objects.filter(pk=asked.pk).update(status=TripStatus.CANCELLED)
        make.offer(one, on=asked, status=status)


def cycle(store: Store, seconds: int = 0) -> None:
    match_market(market_id=store.market_id, now=later(seconds))


def tick(store: Store, seconds: int) -> None:
    """What beat does, at a moment."""
    expire_offers(now=later(seconds))
    climb_ladder(market_id=store.market_id, now=later(seconds))
    cycle(store, seconds)


def drafted(store: Store, seconds: int) -> list[Draft]:
    """What a cycle would offer, without offering it."""
    snapshot = snapshot_of(market_id=store.market_id, now=later(seconds))
    assert snapshot is not None
    rows, at = cycle_rows(snapshot, gateway()), later(seconds)
    found = search(rows.problem(rows.waiting, rows.trips, routing=gateway(), at=at), seed=0, seconds=None)
    rates = rates_at(snapshot.market, routing=gateway(), now=at)
    return propose(snapshot, found, rates, Acceptance.prior()).drafts


def reserved(store: Store) -> Offer:
    return Offer.objects.get(market=store.market, kind=Offer.Kind.RESERVED, status=OfferStatus.OPEN)


def held_by(offer: Offer) -> set[int]:
    return set(offer.items.values_list("delivery", flat=True))


def test_what_is_on_the_board_is_reserved_with_what_is_new_and_keeps_its_step_and_its_time_there() -> None:
    store = make.store()
    old, new = posted(store, seconds=-100), staged(store)
    commute(store)

    cycle(store)

    assert held_by(reserved(store)) == {old.pk, new.pk}
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.step, old.step_at) == (Step.BOARD, later(-100))
    assert new.step == Step.RESERVED


def test_a_second_cycle_changes_nothing_while_the_driver_has_time_to_answer() -> None:
    store = make.store()
    posted(store), posted(store, make.MADISON)
    commute(store)
    cycle(store)
    before = list(Offer.objects.values_list("pk", "status"))
    commute(store, "Bob")

    cycle(store, 1)
    cycle(store, 2)

    assert list(Offer.objects.values_list("pk", "status")) == before


def shown_to_bob(one: Delivery, seconds: int) -> Offer:
    """An offer on the board that Bob has open since a moment."""
    bob = commute(one.store, "Bob", max_extra_seconds=60)
    return make.offer(one, on=bob, made_at=later(seconds), seconds=600, kind=Offer.Kind.BOARD, added_seconds=50)


def test_an_offer_of_it_that_is_open_elsewhere_is_taken_back_and_claimed_no_more() -> None:
    store = make.store()
    old, new = posted(store), staged(store)
    shown = shown_to_bob(old, -100)
    commute(store)

    cycle(store)

    offer = reserved(store)
    assert held_by(offer) == {old.pk, new.pk}
    with pytest.raises(OfferWithdrawn):
        accept_offer(offer_id=shown.pk, now=later(5))
    assert accept_offer(offer_id=offer.pk, now=later(6)).carried.count() == 2


def test_what_somebody_may_still_be_reading_is_left_to_them() -> None:
    store = make.store()
    old, new = posted(store), staged(store)
    shown = shown_to_bob(old, -30)
    commute(store)

    cycle(store)

    assert held_by(reserved(store)) == {new.pk}
    assert accept_offer(offer_id=shown.pk, now=later(5)).driver == shown.driver


def test_after_so_many_drivers_in_turn_it_stays_on_the_board() -> None:
    store = make.store()
    tired, new = posted(store), staged(store)
    Ladder.objects.filter(market=store.market).update(max_reserves=2)
    ann = commute(store)
    not_taken(tired, ann, 2)

    cycle(store)

    assert held_by(reserved(store)) == {new.pk}
    tired.refresh_from_db()
    assert tired.step == Step.BOARD


def test_what_we_took_back_ourselves_has_asked_nobody() -> None:
    store = make.store()
    one = posted(store)
    ann = commute(store)
    not_taken(one, ann, 2, OfferStatus.WITHDRAWN)
    not_taken(one, ann, 1, OfferStatus.DECLINED)

    snapshot = snapshot_of(market_id=store.market_id, now=FOUR)

    assert snapshot is not None
    assert snapshot.asked == {one.pk: 1}


def test_a_driver_who_once_declined_what_would_join_is_asked_for_the_rest() -> None:
    store = make.store()
    unloved, new = posted(store, raises=1), staged(store)
    ann = commute(store)
    make.offer(unloved, on=ann, pay_cents=9_000, status=OfferStatus.DECLINED)

    cycle(store)

    assert held_by(reserved(store)) == {new.pk}


def test_raised_pay_is_kept_in_the_reserved_offer() -> None:
    store = make.store()
    raised, new = posted(store, raises=3), staged(store)
    commute(store)

    cycle(store)

    offer = reserved(store)
    assert offer.raise_cents == 450
    shares = {item.delivery_id: item for item in offer.items.all()}
    assert (shares[raised.pk].raises, shares[new.pk].raises) == (3, 0)


def test_what_a_driver_gave_back_never_pays_less_in_a_batch() -> None:
    store = make.store()
    back = posted(store)
    given_back = make.offer(back, pay_cents=3_000, status=OfferStatus.ACCEPTED)
    make.run(given_back).carried.update(dropped_at=FOUR)
    Trip.objects.update(status=TripStatus.CANCELLED)
    Delivery.objects.filter(pk=back.pk).update(status=DeliveryStatus.READY, claimed_run=None)
    staged(store)
    commute(store)

    cycle(store)

    assert reserved(store).items.get(delivery=back).pay_cents >= 3_000


def test_its_time_on_the_board_goes_on_while_a_driver_has_it_reserved_and_its_pay_is_raised_after() -> None:
    store = make.store()
    one, other = posted(store), posted(store, make.MADISON)
    commute(store)

    tick(store, 100)
    tick(store, 185)
    one.refresh_from_db()
    assert (one.step, one.raises) == (Step.BOARD, 0)
    tick(store, 191)

    for each in (one, other):
        each.refresh_from_db()
        assert (each.step, each.raises) == (Step.RAISED, 1)


def test_a_declined_batch_goes_back_to_the_board_where_it_was() -> None:
    store = make.store()
    old, new = posted(store, seconds=-100, raises=1), staged(store)
    commute(store)
    cycle(store)

    decline_offer(offer_id=reserved(store).pk, reason="", now=later(10))

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.step, old.step_at, old.raises) == (Step.RAISED, later(-100), 1)
    assert (new.step, new.step_at) == (Step.BOARD, later(10))


def test_a_batch_is_not_reserved_when_a_part_of_it_was_claimed_in_between() -> None:
    store = make.store()
    old = posted(store)
    bob = farther(store)
    cycle(store)
    shown = Offer.objects.get(trip=bob)
    new = staged(store)
    commute(store, "Ann")
    drafts = drafted(store, 100)

    accept_offer(offer_id=shown.pk, now=later(101))

    assert [{one.pk for one in draft.deliveries} for draft in drafts] == [{old.pk, new.pk}]
    assert make_offers(drafts=drafts, now=later(102)) == []


def test_what_one_driver_was_just_asked_for_is_offered_to_nobody_else() -> None:
    store = make.store()
    one, other = posted(store), posted(store, make.MADISON)
    bob = commute(store, "Bob")
    for_bob = drafted(store, 0)
    Driver.objects.filter(pk=bob.driver_id).update(insurance_expires_on=None)
    commute(store, "Ann")
    for_ann = drafted(store, 0)
    Driver.objects.filter(pk=bob.driver_id).update(insurance_expires_on="2027-01-01")

    made = make_offers(drafts=[*for_ann, *for_bob], now=later(1))
    more = make_offers(drafts=for_bob, now=later(2))

    assert [held_by(offer) for offer in made] == [{one.pk, other.pk}]
    assert more == []


def test_of_a_route_what_is_new_goes_whole_and_one_alone_from_the_board_does_not() -> None:
    new, board, raised = Waiting(Step.NEW), Waiting(Step.BOARD), Waiting(Step.RAISED, asked=2)
    told, read = Waiting(Step.OPERATIONS), Waiting(Step.BOARD, is_being_read=True)

    assert reserved_together([board, new, raised], max_reserves=3) == [0, 1, 2]
    assert reserved_together([board, new, raised], max_reserves=2) == [0, 1]
    assert reserved_together([board, new, raised], max_reserves=0) == [1]
    assert reserved_together([board, raised], max_reserves=3) == [0, 1]
    assert reserved_together([board, told, read], max_reserves=3) == []

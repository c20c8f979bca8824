"""What drivers have made of a market's offers decides whether the next one is reserved or made to several."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from dispatch.actions.matching import match_market
from dispatch.engine.acceptance import BAND_CENTS, Acceptance
from dispatch.models import Delivery, Offer
from dispatch.queries.acceptance import LOOKED_BACK, acceptance_of
from dispatch.states import OfferStatus
from stores.models import Market
from tests import make

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def offers(market: Market, count: int, status: OfferStatus, **extra: Any) -> None:
    """Offers of a market that pay 1,200 cents for 420 added seconds, a hundred dollars an hour."""
    past = FOUR - timedelta(days=1)
    delivery = make.delivery(make.order(make.store(market)), status="planned")
    trip = make.trip(make.driver("Pat", in_market=market), departs_at=FOUR + timedelta(days=30))
    told = {"made_at": past, "pay_cents": 1_200, "tip_cents": 0, "seen_at": past, "status": status, **extra}
    for _ in range(count):
        make.offer(delivery, on=trip, **told)


def chance(market: Market) -> float:
    cache.clear()
    return acceptance_of(market_id=market.pk, now=FOUR).probability(pay_cents=1_200, added_s=420)


def test_a_market_without_a_past_is_believed_to_be_as_the_prior_says() -> None:
    assert acceptance_of(market_id=make.market().pk, now=FOUR) == Acceptance.prior()


def test_what_was_taken_and_what_was_not_is_counted_in_its_band() -> None:
    market = make.market()
    offers(market, 3, OfferStatus.ACCEPTED)
    offers(market, 2, OfferStatus.DECLINED)
    offers(market, 1, OfferStatus.EXPIRED, seen_at=None)
    band = max(i for i, edge in enumerate(BAND_CENTS) if edge <= 1_200 * 3_600 / 420)
    prior = Acceptance.prior()

    belief = acceptance_of(market_id=market.pk, now=FOUR)

    assert belief.taken[band] == prior.taken[band] + 3
    assert belief.made[band] == prior.made[band] + 6
    assert [made for i, made in enumerate(belief.made) if i != band] == [20.0] * (len(BAND_CENTS) - 1)


def test_what_says_nothing_about_the_pay_is_not_counted() -> None:
    market, elsewhere = make.market(), make.market()
    offers(market, 2, OfferStatus.WITHDRAWN)
    offers(market, 2, OfferStatus.EXPIRED, kind=Offer.Kind.BOARD, seen_at=None)
    offers(market, 2, OfferStatus.DECLINED, kind=Offer.Kind.ASSIGNED)
    offers(market, 2, OfferStatus.DECLINED, made_at=FOUR - LOOKED_BACK)
    offers(elsewhere, 2, OfferStatus.DECLINED)

    assert acceptance_of(market_id=market.pk, now=FOUR) == Acceptance.prior()


def test_many_refusals_lower_the_chance_and_many_takers_raise_it() -> None:
    market = make.market()
    before = chance(market)

    offers(market, 80, OfferStatus.DECLINED)
    refused = chance(market)
    offers(market, 80, OfferStatus.ACCEPTED)

    assert refused < 0.5 < before
    assert refused < chance(market)


def refused_among(names: list[str]) -> Delivery:
    """A delivery among drivers who go the same way, in a market where nothing has been taken, whatever it paid."""
    delivery = make.delivery()
    for name in names:
        make.trip(make.driver(name, in_market=delivery.market))
    for cents in (600, 900, 1_200, 2_000):
        offers(delivery.market, 40, OfferStatus.DECLINED, pay_cents=cents)
    return delivery


def test_what_is_unlikely_to_be_taken_goes_to_several_drivers_at_once() -> None:
    delivery = refused_among(["Ann", "Bob", "Cy"])

    match_market(market_id=delivery.market_id, now=FOUR)

    made = Offer.objects.filter(status=OfferStatus.OPEN)
    assert {offer.kind for offer in made} == {Offer.Kind.BOARD}
    assert {offer.driver.first_name for offer in made} == {"Ann", "Bob", "Cy"}
    delivery.refresh_from_db()
    assert (delivery.step, delivery.step_at is not None) == (Delivery.Step.BOARD, True)


def test_where_only_one_trip_fits_it_is_reserved_however_unlikely() -> None:
    delivery = refused_among(["Ann"])

    match_market(market_id=delivery.market_id, now=FOUR)

    assert Offer.objects.get(status=OfferStatus.OPEN).kind == Offer.Kind.RESERVED

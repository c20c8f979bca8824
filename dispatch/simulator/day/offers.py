"""Answers of the simulated day: drivers look at an offer for some seconds and take it if it pays them enough."""

from datetime import datetime
from random import Random

from common.errors import DomainError
from dispatch.actions.claiming import accept_offer, decline_offer
from dispatch.models import Offer
from dispatch.simulator.day.cast import Cast
from dispatch.simulator.day.pace import Pace
from dispatch.simulator.dice import dice as fair_dice
from dispatch.states import OfferStatus

AT_ONCE = 120
LOOKS = (3.0, 8.0)
# Cents for an hour added to the trip below which a driver says no: each has their own, between these.
LEAST_AN_HOUR = (1_500, 4_500)
OVERLOOKED, UNWANTED = 0.12, 0.08  # offers nobody looks at in time, and those declined whatever they pay


class Offers:
    """Everyone who is asked."""

    def __init__(self, cast: Cast, pace: Pace, dice: Random) -> None:
        """Visitors answer their own offers."""
        self._cast, self._pace, self._dice = cast, pace, dice

    def tick(self, now: datetime) -> None:
        """Answer what was looked at for long enough."""
        rows = Offer.objects.filter(status=OfferStatus.OPEN, driver__in=self._cast.commuters, expires_at__gt=now)
        best = rows.order_by("driver", "-pay_cents", "pk").defer("snapshot")[:AT_ONCE]
        answered: set[int] = set()
        for offer in best:
            looked = self._pace.is_over(("offer", offer.pk), self._dice.uniform(*LOOKS), now)
            if looked and offer.driver_id not in answered and self._answer(offer, now):
                answered.add(offer.driver_id)

    def _answer(self, offer: Offer, now: datetime) -> bool:
        """Take or refuse an offer; tell whether the driver did anything."""
        luck = fair_dice(f"offer {offer.pk}").random()
        is_reserved = offer.kind != Offer.Kind.BOARD
        if luck < OVERLOOKED:
            return False
        try:
            if luck > 1 - UNWANTED or not is_worth_it(offer):
                if not is_reserved:
                    return False
                decline_offer(offer_id=offer.pk, reason="", now=now)
            else:
                accept_offer(offer_id=offer.pk, now=now)
        except DomainError:
            return False  # somebody was quicker
        return True


def is_worth_it(offer: Offer) -> bool:
    """Whether the pay of an hour added is what this driver wants at least."""
    if offer.added_seconds <= 0:
        return True
    wanted = fair_dice(f"driver {offer.driver_id}").randint(*LEAST_AN_HOUR)
    return offer.total_cents * 3600 >= wanted * offer.added_seconds

"""Vans of the simulated day: somebody of each store is out with its van, for what no driver takes."""

from contextlib import suppress
from datetime import datetime
from random import Random

from common.errors import DomainError
from dispatch.simulator.day.cast import Cast
from dispatch.simulator.day.pace import Pace
from drivers.actions.overlaps import LIVE
from drivers.actions.vans import take_van
from drivers.models import Trip, Van

LOOK_EVERY = 20.0


class Vans:
    """Everyone who takes a van out."""

    def __init__(self, cast: Cast, pace: Pace, dice: Random) -> None:
        """One of each store's staff drives."""
        self._cast, self._pace = cast, pace

    def tick(self, now: datetime) -> None:
        """Take out whatever van stands at its store."""
        if not self._pace.is_over("vans", 0, now):
            return
        self._pace.again("vans", LOOK_EVERY, now)
        out = Trip.objects.filter(van__isnull=False, status__in=LIVE).values("van")
        for van in Van.objects.filter(is_active=True, store__in=self._cast.pickers).exclude(pk__in=out):
            with suppress(DomainError):
                picker = self._cast.pickers[van.store_id]
                take_van(van_id=van.pk, user_id=picker.pk, may_check_ages=True, now=now)

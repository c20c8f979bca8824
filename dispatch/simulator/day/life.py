"""The simulated day: people act through the real actions, everything else is done by the real services."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog
from django.db import DatabaseError, connections
from django.utils import timezone

from common.errors import DomainError
from dispatch.simulator.day.cast import Cast, cast_of_the_day
from dispatch.simulator.day.offers import Offers
from dispatch.simulator.day.pace import Pace
from dispatch.simulator.day.runs import Runs
from dispatch.simulator.day.shoppers import Shoppers
from dispatch.simulator.day.staff import Staff
from dispatch.simulator.day.trips import Trips
from dispatch.simulator.day.vans import Vans
from dispatch.simulator.dice import dice as fair_dice

TICK_SECONDS = 0.5
AFTER_TROUBLE_SECONDS = 2.0
TIDY_EVERY = 600.0
log = structlog.get_logger(__name__)


class Part(Protocol):
    """Some of the people of the day."""

    def tick(self, now: datetime) -> None:
        """Let each of them do what is due."""


class Day:
    """Everyone together. Nothing is remembered that matters: a new process goes on from the rows."""

    def __init__(self, cast: Cast, *, seed: int | None = None) -> None:
        """Gather the cast; a seed makes their choices repeatable."""
        dice, self._pace = fair_dice(seed), Pace()
        people = (Trips, Vans, Shoppers, Staff, Offers, Runs)
        self._parts: Sequence[Part] = [kind(cast, self._pace, dice) for kind in people]

    def tick(self, now: datetime) -> None:
        """Let everybody act once; a refusal to one of them is part of life."""
        for part in self._parts:
            try:
                part.tick(now)
            except DomainError as refusal:
                log.info("refused", part=type(part).__name__, code=refusal.code)
        if self._pace.is_over("tidy", TIDY_EVERY, now):
            self._pace.again("tidy", TIDY_EVERY, now)
            self._pace.forget_old(now)


def live(*, is_over: Callable[[], bool] = lambda: False) -> None:
    """Live the day in real time until told otherwise; a database that is away is waited for."""
    day: Day | None = None
    while not is_over():
        try:
            day = day or Day(cast_of_the_day())
            day.tick(timezone.now())
            time.sleep(TICK_SECONDS)
        except (DatabaseError, OSError) as trouble:
            log.warning("waits", trouble=str(trouble).splitlines()[0] if str(trouble) else type(trouble).__name__)
            connections.close_all()
            time.sleep(AFTER_TROUBLE_SECONDS)

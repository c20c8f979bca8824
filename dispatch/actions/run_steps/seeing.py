"""Whether a driver's phone shows them where they say they are, and what else will do where it does not."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_noop

from common.errors import InvalidInput
from common.geo import Point, miles
from common.transactions import needs_transaction
from dispatch.actions.alarms import raise_alarm
from dispatch.actions.locking import Held
from dispatch.actions.run_steps.refusals import SayWhy
from dispatch.models import Stop
from dispatch.models.runs import SEEN_METRES

UNSEEN = "unseen_at_door"


class WhyUnseen(models.TextChoices):
    """Why a phone does not show its driver at a stop where the driver stands. Operations reads it; pay is not held."""

    WRONG_PIN = "wrong_pin", gettext_noop("The pin on the map is in the wrong place")
    NO_POSITION = "no_position", gettext_noop("My phone finds no position here")
    LARGE_PLACE = "large_place", gettext_noop("It is a big building or site, and this is the right door")
    TAPPED_LATE = "tapped_late", gettext_noop("I was there and forgot to tap")


def metres_off(stop: Stop, where: Point | None) -> int | None:
    """Metres between a stop and where the phone was; None where it told no place."""
    return None if where is None else round(where.metres_to(stop.point))


def is_near(metres: int | None) -> bool:
    """Whether so many metres off still mean there; without a position nothing does."""
    return metres is not None and metres <= SEEN_METRES


def is_seen(stop: Stop, where: Point | None) -> bool:
    """Whether a step told with this position was made at its stop: its own position counts, else the arrival's."""
    return stop.was_seen if where is None else is_near(metres_off(stop, where))


def reason_of(why: str) -> str:
    """A known reason, or none.

    Raises:
        InvalidInput: it is none of ours.
    """
    if why and why not in WhyUnseen.values:
        raise InvalidInput("Choose one of the reasons.")
    return why


@needs_transaction
def keep_why(held: Held, why: str) -> None:
    """Keep the first reason given for a stop at which the phone did not show its driver.

    Raises:
        SayWhy: none was given, now or before.
    """
    if reason_of(why) and not held.stop.why_unseen:
        held.stop.why_unseen = why
        held.stop.save(update_fields=["why_unseen"])
    if not held.stop.why_unseen:
        raise SayWhy


@needs_transaction
def flag_unseen(held: Held, where: Point | None, did: str, *, now: datetime) -> None:
    """Tell operations what was done at a door where the phone did not show its driver. It is paid all the same."""
    metres = metres_off(held.stop, where)
    metres = held.stop.arrived_metres if metres is None else metres
    place = "told no position" if metres is None else f"was {miles(metres):.1f} mi from the door"
    why = f' The driver says: "{WhyUnseen(held.stop.why_unseen).label}".' if held.stop.why_unseen else ""
    raise_alarm(
        market_id=held.run.market_id, kind=UNSEEN, delivery_id=held.delivery.pk, now=now,
        text=f"{held.order.number} {did}, but the phone {place}.{why} It is paid; look at the proof.",
    )  # fmt: skip

"""How deliveries, offers and runs move."""

from django.db import models

from common.states import table

STEP_KIND = "delivery step"  # how histories call a move on the ladder


class DeliveryStatus(models.TextChoices):
    """Where a delivery is on its way from the shelf to the door."""

    PLANNED = "planned", "Planned"
    READY = "ready", "Ready"
    CLAIMED = "claimed", "Claimed"
    AT_STORE = "at_store", "Driver at store"
    PICKED_UP = "picked_up", "On its way"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Not delivered"
    RETURNING = "returning", "Coming back"
    RETURNED = "returned", "Returned"
    CANCELLED = "cancelled", "Cancelled"


DELIVERY_MOVES = table(
    {
        DeliveryStatus.PLANNED: {DeliveryStatus.READY, DeliveryStatus.CANCELLED},
        DeliveryStatus.READY: {DeliveryStatus.CLAIMED, DeliveryStatus.CANCELLED},
        DeliveryStatus.CLAIMED: {DeliveryStatus.AT_STORE, DeliveryStatus.READY, DeliveryStatus.CANCELLED},
        DeliveryStatus.AT_STORE: {DeliveryStatus.PICKED_UP, DeliveryStatus.READY, DeliveryStatus.CANCELLED},
        DeliveryStatus.PICKED_UP: {DeliveryStatus.DELIVERED, DeliveryStatus.FAILED},
        DeliveryStatus.FAILED: {DeliveryStatus.RETURNING},
        DeliveryStatus.RETURNING: {DeliveryStatus.RETURNED},
        DeliveryStatus.DELIVERED: set(),
        DeliveryStatus.RETURNED: set(),
        DeliveryStatus.CANCELLED: set(),
    }
)


class OfferStatus(models.TextChoices):
    """What became of an offer."""

    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"


OFFER_MOVES = table(
    {
        OfferStatus.OPEN: {OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.EXPIRED, OfferStatus.WITHDRAWN},
        OfferStatus.ACCEPTED: set(),
        OfferStatus.DECLINED: set(),
        OfferStatus.EXPIRED: set(),
        OfferStatus.WITHDRAWN: set(),
    }
)


class RunStatus(models.TextChoices):
    """Whether a driver is still at it."""

    ACTIVE = "active", "Under way"
    FINISHED = "finished", "Finished"
    GIVEN_UP = "given_up", "Given up"


RUN_MOVES = table(
    {
        RunStatus.ACTIVE: {RunStatus.FINISHED, RunStatus.GIVEN_UP},
        RunStatus.FINISHED: set(),
        RunStatus.GIVEN_UP: set(),
    }
)

from dispatch.models.cycles import Alarm, Consideration, Cycle, StandingPlan
from dispatch.models.deliveries import Delivery, Ladder
from dispatch.models.offers import Offer, OfferItem
from dispatch.models.runs import Command, PinMove, Position, Proof, Run, RunDelivery, Stop

__all__ = [
    "Alarm",
    "Command",
    "Consideration",
    "Cycle",
    "Delivery",
    "Ladder",
    "Offer",
    "OfferItem",
    "PinMove",
    "Position",
    "Proof",
    "Run",
    "RunDelivery",
    "StandingPlan",
    "Stop",
]

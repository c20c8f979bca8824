from drivers.models.blocks import Block, BlockRule, Booking
from drivers.models.people import Driver, Firm, FirmMember, FirmRole, Limits, Vehicle
from drivers.models.places import SavedPlace
from drivers.models.trips import RecurringTrip, Trip
from drivers.models.vans import Van

__all__ = [
    "Block",
    "BlockRule",
    "Booking",
    "Driver",
    "Firm",
    "FirmMember",
    "FirmRole",
    "Limits",
    "RecurringTrip",
    "SavedPlace",
    "Trip",
    "Van",
    "Vehicle",
]

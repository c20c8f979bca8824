from drivers.models.people import Driver, Firm, FirmMember, Limits, Vehicle
from drivers.models.trips import RecurringTrip, Trip

__all__ = ["Driver", "Firm", "FirmMember", "Limits", "RecurringTrip", "Trip", "Vehicle"]

from drivers.models.people import Driver, Firm, FirmMember, FirmRole, Limits, Vehicle
from drivers.models.trips import RecurringTrip, Trip

__all__ = ["Driver", "Firm", "FirmMember", "FirmRole", "Limits", "RecurringTrip", "Trip", "Vehicle"]

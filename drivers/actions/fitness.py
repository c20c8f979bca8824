"""Whether a driver may take deliveries today, and if not, why, in words that say what to do."""

from datetime import date

from common.errors import DomainError
from drivers.models import Driver
from drivers.states import DriverStatus


class NotActive(DomainError):
    """Your account is not active yet, so you cannot take deliveries. Your firm tells you when it is."""

    code = "driver_not_active"


class Suspended(NotActive):
    """Your account is suspended, so you cannot take deliveries. Your firm can tell you why and how to appeal."""

    code = "driver_suspended"


class PapersExpired(DomainError):
    """Your licence or insurance is no longer valid. Send the new one to your firm; then you can drive again."""

    code = "papers_expired"


def check_may_drive(driver: Driver, today: date) -> None:
    """Refuse a driver who may not take deliveries on a day, given in the market's own calendar.

    Raises:
        Suspended, NotActive: the firm has not let this driver drive, or no longer does.
        PapersExpired: licence or insurance is missing or has run out.
    """
    if driver.may_drive(today):
        return
    if driver.status in {DriverStatus.SUSPENDED, DriverStatus.DEACTIVATED}:
        raise Suspended
    if driver.status != DriverStatus.ACTIVE:
        raise NotActive
    raise PapersExpired(papers_sentence(driver, today))


def papers_sentence(driver: Driver, today: date) -> str:
    """Say which paper is missing or has run out, and since when."""
    papers = (("driving licence", driver.licence_expires_on), ("insurance", driver.insurance_expires_on))
    for name, until in papers:
        if until is None:
            return f"Your {name} is not on file. Send it to your firm; then you can drive."
        if until < today:
            return f"Your {name} ran out on {until:%B} {until.day}. Send the new one to your firm; then you can drive."
    return PapersExpired().message

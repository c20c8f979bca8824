"""Whether a driver may take deliveries today, and if not, why, in words that say what to do."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy

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
    raise papers_refusal(driver, today)


def why_barred(driver: Driver, today: date) -> str:
    """The sentence that says why a driver may not drive today; empty when nothing stands in the way."""
    try:
        check_may_drive(driver, today)
    except DomainError as refusal:
        return refusal.spoken
    return ""


def papers_refusal(driver: Driver, today: date) -> PapersExpired:
    """Say which paper is missing or has run out, and since when."""
    papers = (
        (gettext_lazy("driving licence"), driver.licence_expires_on),
        (gettext_lazy("insurance"), driver.insurance_expires_on),
    )
    for name, until in papers:
        if until is None:
            return PapersExpired("Your %(paper)s is not on file. Send it to your firm; then you can drive.", paper=name)
        if until < today:
            return PapersExpired(
                "Your %(paper)s ran out on %(day)s. Send the new one to your firm; then you can drive.",
                paper=name,
                day=lazy(date_format, str)(until, "MONTH_DAY_FORMAT"),
            )
    return PapersExpired()

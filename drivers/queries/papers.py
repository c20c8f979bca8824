"""How long a driver's papers hold."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from drivers.models import Driver

WARN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: its name, until when it holds, and how soon that is."""

    name: str
    until: date | None
    days_left: int

    @property
    def tone(self) -> str:
        """Colour of its state."""
        if self.days_left < 0:
            return "refuse"
        return "time" if self.days_left <= WARN_DAYS else "go"


def papers_of(driver: Driver, today: date) -> list[Paper]:
    """A driver's licence and insurance; a missing paper counts as run out."""
    papers = ((_("Driving licence"), driver.licence_expires_on), (_("Insurance"), driver.insurance_expires_on))
    return [Paper(name, until, (until - today).days if until else -1) for name, until in papers]

"""How amounts, distances and moments are written on every page.

Nothing is rounded in our favour: minutes and added miles round up, money is never rounded.
"""

from datetime import datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.clock import zone_of
from common.devices import device_name
from common.geo import METRES_PER_MILE
from common.money import MINUS, dollars

register = template.Library()

register.filter("device", device_name)

BLANK_TILE = "img/tile-blank.svg"


@register.filter
def cents(amount: int | None) -> str:
    """Whole cents as dollars: 995 is $9.95."""
    return "" if amount is None else dollars(amount)


@register.filter
def signed_cents(amount: int | None) -> str:
    """Whole cents with their sign always shown: +$1.00."""
    if amount is None:
        return ""
    return cents(amount) if amount < 0 else f"+{cents(amount)}"


@register.filter
def miles(metres: float | None) -> str:
    """Metres as miles to a tenth, rounded up: 2.3 mi."""
    return "" if metres is None else f"{_tenths_of_miles(metres)} mi"


@register.filter
def signed_miles(metres: float | None) -> str:
    """Added metres as miles with their sign: +2.3 mi."""
    return "" if metres is None else f"{_sign(metres)}{_tenths_of_miles(metres)} mi"


@register.filter
def minutes(seconds: float | None) -> str:
    """Seconds as whole minutes, rounded up; from an hour on as hours and minutes: 7 min, 1 h 05 min."""
    if seconds is None:
        return ""
    whole = _whole_minutes(seconds)
    if whole < 60:
        return f"{whole} min"
    return f"{whole // 60} h {whole % 60:02d} min"


@register.filter
def signed_minutes(seconds: float | None) -> str:
    """Added seconds as whole minutes with their sign: +7 min."""
    return "" if seconds is None else f"{_sign(seconds)}{minutes(seconds)}"


@register.filter
def countdown(seconds: float | None) -> str:
    """Seconds left as a clock face: 1:14. Never below 0:00."""
    if seconds is None:
        return ""
    left = max(0, int(seconds))
    return f"{left // 60}:{left % 60:02d}"


@register.filter
def pounds(weight: Decimal | float | None) -> str:
    """A weight in pounds to a tenth: 1.3 lb; a whole number has none: 31 lb."""
    if weight is None:
        return ""
    tenths = Decimal(str(weight)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    whole = tenths.to_integral_value()
    return f"{whole if tenths == whole else tenths} lb"


@register.filter
def clock(moment: datetime | None, zone: tzinfo | str | None = None) -> str:
    """A moment as local time of day: 5:10 pm. Give the store's zone; without one, the current one."""
    if moment is None:
        return ""
    where = zone_of(zone) if isinstance(zone, str) else zone
    local = timezone.localtime(moment, where)
    return f"{local.hour % 12 or 12}:{local.minute:02d} {_('am') if local.hour < 12 else _('pm')}"


@register.filter
def day(moment: datetime | None, zone: tzinfo | str | None = None) -> str:
    """A moment as a local day: Tue 17 Nov. Give the store's zone; without one, the current one."""
    if moment is None:
        return ""
    where = zone_of(zone) if isinstance(zone, str) else zone
    return date_format(timezone.localtime(moment, where), "D j M")


@register.filter
def items(count: int | None) -> str:
    """A count with its noun: 1 item, 18 items."""
    return "" if count is None else ngettext("%(count)d item", "%(count)d items", count) % {"count": count}


@register.filter
def initials(name: str | None) -> str:
    """At most two capitals of a name, for an avatar."""
    words = (name or "").replace("@", " ").split()
    picked = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in picked).upper() or "?"


@register.filter
def tile_url(picture: str | None) -> str:
    """Address of a product tile (`apple.svg` or `tiles/apple.svg`), or of the blank one when it is missing."""
    if not picture:
        return staticfiles_storage.url(BLANK_TILE)
    name = picture if "/" in picture else f"tiles/{picture}"
    name = name if "." in name else f"{name}.svg"
    try:
        return staticfiles_storage.url(name)
    except ValueError:  # the manifest knows no such file: a picture must not take the page down
        return staticfiles_storage.url(BLANK_TILE)


@register.filter
def times(number: float, factor: float) -> float:
    """A product, for the width of a drawn bar."""
    return number * factor


def _sign(value: float) -> str:
    return MINUS if value < 0 else "+"


def _whole_minutes(seconds: float) -> int:
    """Minutes without sign; rounded up when they are a cost, down when they are a gain."""
    return ceil(seconds / 60) if seconds >= 0 else -ceil(seconds / 60)


def _tenths_of_miles(metres: float) -> str:
    tenths = ceil(round(metres / METRES_PER_MILE * 10, 6))
    return f"{abs(tenths) / 10:.1f}"

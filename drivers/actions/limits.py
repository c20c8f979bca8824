"""What a driver will never be asked to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from common.errors import InvalidInput
from drivers.actions.locking import lock_driver
from drivers.models import Limits
from stores.models import Store


class BadLimit(InvalidInput):
    """A limit must be more than nothing; leave it empty for no limit."""

    code = "bad_limit"


@dataclass(frozen=True, slots=True)
class HardLimits:
    """Hard limits as a driver states them; None means no limit. They are never scored and never broken."""

    max_metres: int | None = None
    max_heaviest_grams: int | None = None
    max_total_grams: int | None = None
    no_alcohol: bool = False
    no_stairs: bool = False
    no_pets: bool = False
    excluded_store_ids: Sequence[int] = ()


@transaction.atomic(durable=True)
def set_limits(*, driver_id: int, limits: HardLimits) -> Limits:
    """Replace a driver's limits, under the driver's lock: a claim sees either the old ones or the new.

    Stores of other markets are dropped silently: they are never offered anyway.

    Raises:
        BadLimit: a limit of nothing or less.
    """
    numbers = (limits.max_metres, limits.max_heaviest_grams, limits.max_total_grams)
    if any(number is not None and number <= 0 for number in numbers):
        raise BadLimit
    driver = lock_driver(driver_id)
    row, _ = Limits.objects.update_or_create(
        driver=driver,
        defaults={
            "max_metres": limits.max_metres,
            "max_heaviest_grams": limits.max_heaviest_grams,
            "max_total_grams": limits.max_total_grams,
            "no_alcohol": limits.no_alcohol,
            "no_stairs": limits.no_stairs,
            "no_pets": limits.no_pets,
        },
    )
    row.excluded_stores.set(Store.objects.filter(market_id=driver.market_id, pk__in=limits.excluded_store_ids))
    return row

"""Whether a run still is as an add-on offer found it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from dispatch.models import Offer, Stop
from dispatch.states import RunStatus


def told_stops(offer: Offer) -> list[UUID | None]:
    """The run's stops in the order of the offer, by public id; None for those that it would add."""
    return [UUID(told["stop"]) if told["stop"] else None for told in offer.snapshot["run"]["order"]]


def fits_run(told: Sequence[UUID | None], ahead: Iterable[UUID]) -> bool:
    """Whether what a run has ahead is what an offer was made for, save stops reached in the meantime. Pure.

    Reached may be only what comes before the first stop that the offer adds: after it, the way there is behind the
    driver. A stop the offer does not know, or one that fell out, means another run than the one it was priced for.
    """
    coming = list(ahead)
    first = next((place for place, stop in enumerate(told) if stop is None), len(told))
    before, after = [stop for stop in told[:first] if stop], [stop for stop in told[first:] if stop]
    still_before = coming[: max(0, len(coming) - len(after))]
    return coming == [*still_before, *after] and still_before == before[len(before) - len(still_before) :]


def is_as_offered(offer: Offer, stops: Iterable[Stop]) -> bool:
    """Whether a run is under way and its live stops, in their order, still take an add-on where it was offered."""
    run = offer.run
    if run is None or run.status != RunStatus.ACTIVE or run.give_up_reason:
        return False
    live = [stop for stop in stops if not stop.is_dropped]
    return fits_run(told_stops(offer), (stop.public_id for stop in live if stop.arrived_at is None))


def stale_add_ons(offers: Iterable[Offer]) -> list[int]:
    """Those of some open offers whose run can no longer take them. One statement."""
    adding = [offer for offer in offers if offer.run_id is not None]
    stops: dict[int | None, list[Stop]] = {offer.run_id: [] for offer in adding}
    for stop in Stop.objects.filter(run__in=[pk for pk in stops if pk]).order_by("position"):
        stops[stop.run_id].append(stop)
    return [offer.pk for offer in adding if not is_as_offered(offer, stops[offer.run_id])]

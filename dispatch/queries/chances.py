"""What letting each delivery wait costs, by the trips that drivers declared in its market lately."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from common.geo import Point
from dispatch.engine.chances import SEEN_SECONDS, Ways, urgency
from dispatch.models import Delivery
from drivers.models import Trip
from providers.routing.base import Routing

Ints = NDArray[np.int64]
LOOKED_AT = 200  # trips: more would cost more than they tell


def trips_lately(*, market_id: int, now: datetime) -> list[Trip]:
    """The last trips declared in a market within the hour, whatever became of them. One statement."""
    since = now - timedelta(seconds=SEEN_SECONDS)
    rows = Trip.objects.filter(market=market_id, created_at__gt=since, created_at__lte=now)
    return list(rows.order_by("-created_at", "-pk")[:LOOKED_AT])


def weights(deliveries: Sequence[Delivery], lately: Sequence[Trip], routing: Routing, at: datetime) -> list[int]:
    """Weigh waiting deliveries by their later chances. Estimated drives will do: no road engine is asked."""
    if not deliveries:
        return []
    left_s = np.array([(one.due_by - at).total_seconds() for one in deliveries], np.int64)
    return [int(weight) for weight in urgency(left_s, _ways(deliveries, lately, routing, at))]


def _ways(deliveries: Sequence[Delivery], lately: Sequence[Trip], routing: Routing, at: datetime) -> Ways:
    """From the trips' origins to stores and from doors to their ends. What metres and loads allow is left out."""
    number = {store: k for k, store in enumerate(dict.fromkeys(one.pickup for one in deliveries))}
    stores, doors = list(number), [one.drop for one in deliveries]
    store_of = np.array([number[one.pickup] for one in deliveries], np.int64)
    ends = [trip.destination or trip.origin for trip in lately]
    has_end = np.array([trip.destination is not None for trip in lately], np.bool_)

    def seconds(sources: Sequence[Point], targets: Sequence[Point]) -> Ints:
        return routing.estimator.table(sources, targets, at).seconds.astype(np.int64)

    across = np.zeros(len(deliveries), np.int64)
    for store, k in number.items():
        here = np.flatnonzero(store_of == k)
        across[here] = seconds([store], [doors[i] for i in here])[0]
    return Ways(
        ahead=_whole([max(0.0, (trip.departs_at - trip.created_at).total_seconds()) for trip in lately]),
        to_store=seconds(stores, [trip.origin for trip in lately])[store_of],
        across=across,
        onward=np.where(has_end, seconds(doors, ends), 0),
        direct=_whole([trip.direct_seconds for trip in lately]),
        extra=_whole([trip.max_extra_seconds for trip in lately]),
        over_s=(at - lately[-1].created_at).total_seconds() if len(lately) == LOOKED_AT else SEEN_SECONDS,
    )


def _whole(values: Sequence[float]) -> Ints:
    return np.array(values, np.float64).astype(np.int64)

"""Vans of the demo: every store has one but the last of each city, where operations must look for another way."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import time

from drivers.models import Van
from stores.models import Store

OPENS, CLOSES = time(0), time(23, 59)


def seed_vans(stores: Iterable[Store]) -> int:
    """Give the stores their vans; how many there are. A repeat adds none."""
    by_market: defaultdict[int, list[Store]] = defaultdict(list)
    for store in sorted(stores, key=lambda one: one.pk):
        by_market[store.market_id].append(store)
    with_van = [store for city in by_market.values() for store in city[:-1]]
    Van.objects.bulk_create(
        (Van(store=store, name="white van", opens=OPENS, closes=CLOSES) for store in with_van), ignore_conflicts=True
    )
    return len(with_van)

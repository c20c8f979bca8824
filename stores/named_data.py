"""What people call the places of the demo's two cities, read from stores/data: true names, points to about 100 m."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from common.geo import Point
from stores.actions.naming import Named
from stores.catalogue_data import DATA

KINDS = {"areas": "area", "landmarks": "landmark"}


def named_places(market: str) -> Iterator[Named]:
    """The neighborhoods, landmarks and streets of one of the demo's markets, by its code."""
    told = _file()[market]
    for group, kind in KINDS.items():
        for name, (lat, lng) in told[group].items():
            yield Named(kind, name, Point(lat, lng))
    for street in told["streets"]:
        yield Named("street", street)


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "named_places.json").read_text())
    return found

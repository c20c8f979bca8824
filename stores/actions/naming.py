"""Keeping the names by which people know places."""

from collections.abc import Iterable
from dataclasses import dataclass

from common.geo import Point
from providers.geocoding.address import name_key, street_key
from stores.models import Market, NamedPlace

LONGEST_NAME = 80
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Named:
    """A name to keep: of which kind (`NamedPlace.Kind`), and where; a street may have no point."""

    kind: str
    name: str
    point: Point | None = None


def key_of(one: Named) -> str:
    """What a name is compared by: streets without a house number, other places as they are called."""
    return street_key(one.name) if one.kind == NamedPlace.Kind.STREET else name_key(one.name)


def name_places(market: Market, names: Iterable[Named]) -> int:
    """Keep names for a market's places; a name that is known stays as it is. Returns how many were told."""
    rows: dict[tuple[str, str], NamedPlace] = {}
    for one in names:
        key = key_of(one)[:LONGEST_NAME]
        if key:
            lat, lng = (one.point.lat, one.point.lng) if one.point else (None, None)
            row = NamedPlace(market=market, kind=one.kind, name=one.name[:LONGEST_NAME], key=key, lat=lat, lng=lng)
            rows.setdefault((one.kind, key), row)
    NamedPlace.objects.bulk_create(rows.values(), batch_size=BATCH, ignore_conflicts=True)
    return len(rows)

"""What places are called: suggestions while somebody types, and the place that a name means."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, Q, Value, When

from common.geo import METRES_PER_MILE, Point
from providers.geocoding.address import Address, name_key, street_key, take_apart, tidy
from providers.geocoding.house import house_of
from providers.geocoding.zips import Zip, towns_within, zip_of
from stores.models import Market, NamedPlace, ServiceZip, Store

MOST = 8
LEAST_LETTERS = 2
MOST_LETTERS = 80
TOWNS_WITHIN_MILES = 30
GENERIC = frozenset({"area", "neighborhood", "neighbourhood", "university", "campus", "district", "the", "us", "usa"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place to choose: what to fill in, what tells it from others, and where it is; without a point it is looked up.

    `kind` is "saved", "store", "area", "landmark", "town", "zip" or "street".
    """

    kind: str
    label: str
    detail: str = ""
    point: Point | None = None
    line1: str = ""
    city: str = ""
    zip_code: str = ""

    @property
    def pin(self) -> str:
        """The point as forms carry it along with its label; empty without a point."""
        return pin_of(self.label, self.point) if self.point else ""

    def as_json(self) -> dict[str, str]:
        """What a page's list shows and fills in."""
        return {
            "kind": self.kind,
            "label": self.label,
            "detail": self.detail,
            "pin": self.pin,
            "line1": self.line1,
            "city": self.city,
            "zip": self.zip_code,
        }


def pin_of(label: str, point: Point) -> str:
    """A point as a form's hidden field keeps it: good for this label and no other."""
    return f"{point.lat:.6f},{point.lng:.6f}|{label}"


def point_of_pin(pin: str, label: str) -> Point | None:
    """The point a form carried for a label; None when the label was changed, or the text is no pin."""
    place, _, of = pin.partition("|")
    if not place or street_words(of) != street_words(label):
        return None
    try:
        lat, lng = (float(part) for part in place.split(","))
    except ValueError:
        return None
    return Point(lat, lng) if -90 <= lat <= 90 and -180 <= lng <= 180 else None


def street_words(text: str) -> str:
    """A text as it is compared: blanks, capitals and odd signs do not count."""
    return tidy(text).casefold()


def find_named(text: str, market: Market) -> Suggestion | None:
    """The store, neighborhood or landmark of a market that a text names, with its town or state or not.

    Two queries at most.
    """
    for words in _readings(text, market):
        street = "" if house_of(words)[0] else street_key(words)
        meant = Q(key=name_key(words)) & ~Q(kind="street") | Q(key=street, kind="street")
        row = (
            NamedPlace.objects.filter(meant, market=market, lat__isnull=False)
            .order_by(Case(When(kind="area", then=Value(0)), When(kind="landmark", then=Value(1)), default=Value(2)))
            .first()
        )
        if row is not None:
            return _of_row(row, market)
    return _store_named(text, market)


def street_is_known(market: Market, line: str) -> bool:
    """Whether a line's street exists, as far as this market's streets are known at all. Two queries at most."""
    streets = NamedPlace.objects.filter(market=market, kind=NamedPlace.Kind.STREET)
    key = street_key(line)
    stores = {street_key(store) for store in Store.objects.filter(market=market).values_list("line1", flat=True)}
    return key in stores or streets.filter(key=key).exists() or not streets.exists()


def streets_like(market: Market, line: str, limit: int = 4) -> list[str]:
    """Names of known streets that a misspelled one may mean, likest first. One query."""
    streets = NamedPlace.objects.filter(market=market, kind=NamedPlace.Kind.STREET)
    like = streets.annotate(likeness=TrigramSimilarity("key", street_key(line))).filter(likeness__gt=0.3)
    return list(like.order_by("-likeness", "name").values_list("name", flat=True)[:limit])


def suggest(text: str, markets: Sequence[Market], limit: int = MOST) -> list[Suggestion]:
    """Places whose name has a word that begins as typed: stores, neighborhoods, towns and ZIPs, streets.

    Four queries at most. Nobody's own places are among them.
    """
    typed = tidy(text[:MOST_LETTERS])
    if len(typed) < LEAST_LETTERS or not markets:
        return []
    house, _street = house_of(typed)
    if typed.isascii() and typed.isdigit():
        return _zips(typed, markets, limit)
    named = [*_areas(typed, markets, limit), *_towns(typed, markets)]
    found = named if house else [*_stores(typed, markets, limit), *named]
    return [*found[: limit - 1], *_streets(typed, markets, limit)][:limit]


def market_towns(market: Market) -> tuple[Zip, ...]:
    """One ZIP, the middle one, for each town within some 30 miles of a market's middle, nearest first. No query."""
    return _towns_around(market.point)


@lru_cache(maxsize=64)
def _towns_around(centre: Point) -> tuple[Zip, ...]:
    return tuple(towns_within(centre, TOWNS_WITHIN_MILES * METRES_PER_MILE))


def _readings(text: str, market: Market) -> list[str]:
    """A text as it stands, without the town at its end, and without words that say little."""
    typed = tidy(text)
    without_town = [typed]
    head, comma, tail = typed.partition(",")
    if comma and _is_around(take_apart(tail, [market.point]), market):
        without_town.append(head)
    short = [" ".join(w for w in one.split() if w.casefold().strip(".,") not in GENERIC) for one in without_town]
    return list(dict.fromkeys([*without_town, *short]))


def _is_around(address: Address | None, market: Market) -> bool:
    within = 2 * TOWNS_WITHIN_MILES * METRES_PER_MILE
    return address is not None and address.zip.centre.metres_to(market.point) < within


def _store_named(text: str, market: Market) -> Suggestion | None:
    """A store by its name, by the part of its name that tells it from the others, or by its street address."""
    readings = [street_words(one) for one in _readings(text, market)]
    for store in Store.objects.filter(market=market).order_by("name"):
        short = street_words(store.name.rpartition("\N{EM DASH}")[2])
        house, street = house_of(store.line1)
        for words in readings:
            if words in (street_words(store.name), short):
                return _of_store(store)
            if house and (house, street_key(street)) == (house_of(words)[0], street_key(words)):
                return _of_store(store)
    return None


def _stores(typed: str, markets: Sequence[Market], limit: int) -> list[Suggestion]:
    named = Q(name__icontains=typed) | Q(line1__icontains=typed)
    rows = Store.objects.filter(named, market__in=markets).order_by("name")
    return [_of_store(store) for store in rows[:limit]]


def _areas(typed: str, markets: Sequence[Market], limit: int) -> list[Suggestion]:
    rows = NamedPlace.objects.filter(_begins(name_key(typed)), market__in=markets, lat__isnull=False)
    by_pk = {market.pk: market for market in markets}
    kept = rows.exclude(kind=NamedPlace.Kind.STREET).order_by("name")[:limit]
    return [_of_row(row, by_pk[row.market_id]) for row in kept]


def _streets(typed: str, markets: Sequence[Market], limit: int) -> list[Suggestion]:
    """Streets by their beginning, with the house number that was typed in front."""
    house, street = house_of(typed)
    key = street_key(street)
    if len(key) < LEAST_LETTERS:
        return []
    by_pk = {market.pk: market for market in markets}
    rows = NamedPlace.objects.filter(_begins(key), market__in=markets, kind=NamedPlace.Kind.STREET).order_by("name")
    number = typed[: len(typed) - len(street)].strip() if house else ""
    found = []
    for row in rows[:limit]:
        market = by_pk[row.market_id]
        line = f"{number} {row.name}".strip()
        point = None if house else row.point
        found.append(
            Suggestion("street", f"{line}, {market.name}, {market.state}", "", point, line1=line, city=market.name)
        )
    return found


def _towns(typed: str, markets: Sequence[Market]) -> list[Suggestion]:
    words = street_words(typed)
    return [
        Suggestion("town", f"{town.city}, {town.state}", town.code, town.centre, city=town.city, zip_code=town.code)
        for market in markets
        for town in market_towns(market)
        if town.city.casefold().startswith(words)
    ][:3]


def _zips(typed: str, markets: Sequence[Market], limit: int) -> list[Suggestion]:
    served = ServiceZip.objects.filter(store__market__in=markets, zip_code__startswith=typed)
    codes = served.values_list("zip_code", flat=True).distinct().order_by("zip_code")[:limit]
    zips = [found for code in codes if (found := zip_of(code))]
    if len(typed) == 5 and not zips and (other := zip_of(typed)):
        zips = [other]
    return [
        Suggestion("zip", f"{one.city}, {one.state} {one.code}", "", one.centre, city=one.city, zip_code=one.code)
        for one in zips
    ]


def _begins(key: str) -> Q:
    return Q(key__startswith=key) | Q(key__contains=f" {key}")


def _of_row(row: NamedPlace, market: Market) -> Suggestion:
    return Suggestion(row.kind, row.name, f"{market.name}, {market.state}", row.point, city=market.name)


def _of_store(store: Store) -> Suggestion:
    return Suggestion(
        "store", store.name, f"{store.line1}, {store.city}", store.point, store.line1, store.city, store.zip_code
    )

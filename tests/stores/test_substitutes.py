"""Nothing replaces an item unasked that differs in anything that may matter to somebody."""

from decimal import Decimal
from itertools import product

import pytest

from dispatch.simulator.seed.shelves import seed_shelves
from stores.models import Item, Store
from stores.queries.shelf import alternatives, on_shelf, piece_cents
from stores.queries.substitutes import LARGEST, SMALLEST, compare, size_ratio
from tests import make

pytestmark = pytest.mark.django_db

# Each was offered, or could be: the item asked for, and what must not come instead.
NEVER = [
    ("Veggie burgers, 4 count", "Breaded chicken nuggets, 28 oz"), ("Veggie burgers, 4 count", "Popcorn shrimp, 14 oz"),
    ("Alcohol-free lager, 6 cans", "Pale ale, 6 cans"), ("Alcohol-free lager, 6 cans", "Hazy IPA, 4 tall cans"),
    ("Alcohol-free lager, 6 cans", "Lager, 6 bottles"), ("Lager, 6 bottles", "Alcohol-free lager, 6 cans"),
    ("Decaf coffee pods, 12 count", "Medium roast ground coffee, 12 oz"),
    ("Decaf coffee pods, 12 count", "Dark roast whole bean coffee, 12 oz"),
    ("Creamy peanut butter, 16 oz", "Strawberry preserves, 18 oz"),
    ("Creamy peanut butter, 16 oz", "Clover honey, 12 oz"),
    ("Dry cat food, indoor, 7 lb", "Clumping cat litter, 25 lb"),
    ("Diapers, size 3, 76 count", "Diapers, size 5, 60 count"),
    ("Diapers, size 5, 60 count", "Diapers, size 3, 76 count"),
    ("Large brown free-range eggs, dozen", "Large white eggs, dozen"), ("Sweet potatoes", "Radishes, bunch"),
    ("Classic hummus, 10 oz", "Guacamole, 8 oz"), ("Coconut water, 1 liter", "Sports drink, orange, 8 bottles"),
    ("Dry dog food, chicken and rice, 30 lb", "Dry dog food, lamb, 6 lb"),
    ("Unsweetened oat drink, half gallon", "Almond drink, original, half gallon"),
    ("Cola, 12 cans", "Diet cola, 12 cans"),
    ("Salted potato chips, 8 oz", "Semi-sweet chocolate chips, 12 oz"), ("Whole milk, 1 gallon", "Whole milk, 1 pint"),
    ("Laundry detergent, free and clear, 92 fl oz", "Laundry detergent, lavender, 92 fl oz"),
    ("Bananas", "Organic bananas, bunch of five"), ("Organic bananas, bunch of five", "Bananas"),
]  # fmt: skip


@pytest.fixture
def store() -> Store:
    store = make.store()
    seed_shelves({"germantown": store})
    store.shelf.update(stock=9)
    return store


def offered(store: Store) -> dict[str, list[str]]:
    """Of every item of the catalogue, what may replace it unasked."""
    return {row.item.name: [one.name for one in alternatives(store.pk, row, 99)] for row in on_shelf(store.pk)}


def test_none_of_these_replaces_the_other(store: Store) -> None:
    matches = offered(store)

    assert {one for pair in NEVER for one in pair} <= set(matches)
    assert [pair for pair in NEVER if pair[1] in matches[pair[0]]] == []


def test_whatever_replaces_an_item_is_the_same_in_all_that_matters(store: Store) -> None:
    items = {row.item.name: row for row in on_shelf(store.pk)}
    pairs = [(items[name], items[other]) for name, others in offered(store).items() for other in others]

    assert len(pairs) > 15
    for one, other in pairs:
        a, b = one.item, other.item
        same = ("kind", "has_alcohol", "size_group", "cold_class", "age_limit", "department_id")
        assert [getattr(a, field) for field in same] == [getattr(b, field) for field in same]
        assert sorted(a.marks) == sorted(b.marks)
        assert set(b.allergens or ()) <= set(a.allergens or ())
        ratio = size_ratio(a, b)
        assert ratio is not None
        assert SMALLEST <= ratio <= LARGEST
        assert piece_cents(other) <= piece_cents(one) * ratio * Decimal("1.25")


def test_common_goods_still_have_a_match(store: Store) -> None:
    matches = offered(store)

    assert "2% reduced-fat milk, 1 gallon" in matches["Whole milk, 1 gallon"]
    assert "Blueberry yogurt cup" in matches["Strawberry yogurt cup"]
    assert "Barbecue potato chips, 8 oz" in matches["Salted potato chips, 8 oz"]


def test_each_attribute_alone_keeps_two_items_apart() -> None:
    base = {"kind": "chips", "unit": "oz", "unit_amount": Decimal(8), "department": make.department("Snacks")}
    one = make.item("Chips", **base)
    others: list[dict[str, object]] = [
        {"kind": "nuts"}, {"kind": ""}, {"marks": ["vegan"]}, {"allergens": ["milk"]}, {"allergens": None},
        {"has_alcohol": True}, {"size_group": "5"}, {"unit_amount": Decimal(16)}, {"unit_amount": Decimal(6)},
        {"unit": "ct"}, {"cold_class": "frozen"}, {"age_limit": 21}, {"department": make.department("Baby")},
    ]  # fmt: skip

    assert [extra for extra in others if compare(one, make.item("Other", **base | extra)).is_alike] == []
    assert compare(one, make.item("Other", **base | {"unit_amount": Decimal(9)})).is_alike


def test_an_item_of_unknown_kind_is_like_nothing() -> None:
    one, other = make.item(kind=""), make.item(kind="")

    assert not compare(one, other).is_alike


def test_every_item_of_the_catalogue_says_what_it_is(store: Store) -> None:
    assert not Item.objects.filter(kind="").exists()
    assert not Item.objects.filter(allergens=None).exists()
    assert not Item.objects.filter(name_es="").exists()


def test_what_holds_alcohol_never_stands_in_for_what_does_not(store: Store) -> None:
    dry = list(Item.objects.filter(has_alcohol=False)[:40])
    wet = list(Item.objects.filter(has_alcohol=True))

    assert all(compare(one, other).never for one, other in product(dry, wet))

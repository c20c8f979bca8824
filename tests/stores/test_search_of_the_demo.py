"""What shoppers type and what they must find, or must not, in the demo's own catalogue."""

import pytest

from dispatch.simulator.seed.shelves import seed_shelves
from stores.models import Store
from stores.queries.search import Found, search_shelf
from stores.queries.shelf import Choice
from tests import make

pytestmark = pytest.mark.django_db

# What is typed -> names of which the first result must be one.
FIRST = {
    "egg": "Large", "eggs": "Large", "milk": "Whole milk Fat-free 2%", "tomato": "Roma Grape", "tomatoes": "Roma Grape",
    "bread": "White Whole Seeded", "apple": "Gala Granny", "chicken": "Whole Chicken Boneless", "rice": "Long Brown",
    "orange": "Navel", "butter": "Salted Unsalted", "coffee": "Medium Dark Coffee", "cola": "Cola Diet",
    "coke": "Cola Diet", "soda": "Cola Diet Lemon", "Coca Cola": "Cola Diet", "TP": "Bath", "toilet paper": "Bath",
    "diapers": "Diapers", "size 5 diapers": "Diapers, size 5", "chocolate milk": "Chocolate milk",
    "sugar": "White gran",
    "peanut butter": "Creamy peanut", "ice": "Ice cubes", "leche": "Whole Fat-free 2%", "huevos": "Large",
    "pollo": "Whole chicken Boneless Chicken", "manzana": "Gala Granny", "manzanas": "Gala Granny",
    "pan": "White Whole Seeded Po'boy Pita", "plátano": "Bananas", "platano": "Bananas", "Azúcar": "White gran",
    "arroz": "Long Brown", "queso": "Cream Sharp Mild American", "jalapeno": "Jalapeño",
    "cafe": "Medium Dark Coffee Cold",
    "camarones": "Gulf", "pañales": "Diapers", "yogurt": "Plain Strawberry Blueberry", "organic bananas": "Organic",
    "decaf coffee": "Decaf", "alcohol free lager": "Alcohol-free",
    "brocoli": "Broccoli", "tomatos": "Roma Grape", "free range eggs": "Large brown free-range",
}  # fmt: skip
# What is typed with a slip, or as a brand we do not carry -> the first guess, labelled as one.
GUESSED = {
    "mlik": "Whole Fat-free 2%", "bannanas": "Bananas", "yoghurts": "Plain Strawberry Blueberry",
    "kleenex": "Facial", "Tide": "Laundry", "oreo": "Sandwich", "la croix": "Sparkling",
    "strawbery": "Strawberr", "choco": "Chocolate Semi Milk", "blue cheese": "Cream Sharp Mild American Mozz",
}  # fmt: skip
NOTHING = ["a", "gift card", "zzqqxx", "", "!!", "%", "xylophone", "de", "the"]
# Diet words -> the only items that may be shown.
MARKED = {
    "gluten free": {"Corn tortillas, 6 inch"}, "gluten-free": {"Corn tortillas, 6 inch"},
    "sin gluten": {"Corn tortillas, 6 inch"},
    "vegan": {"Unsweetened oat drink, half gallon", "Almond drink, original, half gallon", "Classic hummus, 10 oz",
              "Veggie burgers, 4 count"},
    "sugar free": {"Diet cola, 12 cans", "Sparkling water, lime, 8 cans"}, "peanut free": set(), "nut free": set(),
    "kosher": set(), "halal": set(), "organic milk": set(), "vegan cheese": set(), "gluten free bread": set(),
    "dairy free": {"Unsweetened oat drink, half gallon", "Almond drink, original, half gallon", "Mango sorbet, 1 pint"},
    "egg free": set(), "soy free": set(), "sugarfree": {"Diet cola, 12 cans", "Sparkling water, lime, 8 cans"},
    "sin azúcar": {"Diet cola, 12 cans", "Sparkling water, lime, 8 cans"},
}  # fmt: skip
ABSENT = {
    "egg": ["Eggplant"], "pan": ["Pancakes"], "pollo": ["Breaded fish sticks, 24 oz"], "manzana": ["Mango"],
    "mlik": ["Pinot noir, 750 ml"], "oreo": ["Navel oranges"], "coke": ["Vanilla ice cream, 1.5 qt"],
}  # fmt: skip


@pytest.fixture
def store() -> Store:
    store = make.store()
    seed_shelves({"germantown": store})
    store.shelf.update(stock=9)
    return store


def found(store: Store, text: str) -> Found:
    return search_shelf(store.pk, text, Choice(), 1)


def names(of: Found) -> list[str]:
    return [row.item.name for row in of.page]


def begins(name: str, any_of: str) -> bool:
    return any(name.startswith(words) for words in [any_of, *any_of.split()])


def test_the_thing_itself_comes_first(store: Store) -> None:
    tops = {text: (names(found(store, text)) or [""])[0] for text in FIRST}

    assert {text: top for text, top in tops.items() if not begins(top, FIRST[text])} == {}
    assert [text for text in FIRST if found(store, text).is_guess] == []


def test_a_guess_is_a_good_one_and_says_that_it_is_one(store: Store) -> None:
    tops = {text: (names(found(store, text)) or [""])[0] for text in GUESSED}

    assert {text: top for text, top in tops.items() if not begins(top, GUESSED[text])} == {}
    assert [text for text in GUESSED if not found(store, text).is_guess] == []


def test_what_we_do_not_have_finds_nothing(store: Store) -> None:
    assert {text: names(found(store, text)) for text in NOTHING if names(found(store, text))} == {}


def test_a_diet_word_shows_only_what_is_marked(store: Store) -> None:
    shown = {text: set(names(found(store, text))) for text in MARKED}

    assert {text: shown[text] for text in MARKED if shown[text] != MARKED[text]} == {}
    assert [text for text in MARKED if found(store, text).is_guess] == []


def test_what_only_looks_alike_is_absent(store: Store) -> None:
    shown = {text: names(found(store, text)) for text in ABSENT}

    assert {text: shown[text] for text, never in ABSENT.items() if set(never) & set(shown[text])} == {}


def test_milk_ends_with_what_only_has_milk_in_it(store: Store) -> None:
    shown = names(found(store, "milk"))

    assert shown.index("Milk chocolate bar, 3.5 oz") > shown.index("Almond drink, original, half gallon")
    assert not [name for name in shown if "Pinot" in name]

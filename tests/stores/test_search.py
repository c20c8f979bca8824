"""Search on a shelf: typos, plurals, accents, other words for the same thing, and what fits best comes first."""

import pytest

from stores.models import Store
from stores.queries.search import search_shelf
from stores.queries.shelf import Choice
from stores.queries.words import words_of
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    store = make.store()
    for name, keywords in (
        ("Bananas", "banana fruit yellow"),
        ("Apple and banana puree pouch", "baby food"),
        ("Broccoli crowns", "green vegetable"),
        ("Jalapeño peppers", "chili hot"),
        ("Blueberries, 1 pint", "berry fruit"),
        ("Whole milk, 1 gallon", "dairy"),
        ("Chocolate milk, 1 quart", "dairy cocoa"),
    ):
        make.shelf(store, make.item(name, keywords=keywords, kind=""))
    return store


def found(store: Store, text: str, choice: Choice | None = None) -> list[str]:
    return [row.item.name for row in search_shelf(store.pk, text, choice or Choice(), 1).page]


@pytest.mark.parametrize(
    ("asked", "best"),
    [
        ("bannana", "Bananas"),
        ("BANANA", "Bananas"),
        ("brocoli", "Broccoli crowns"),
        ("jalapeno", "Jalapeño peppers"),
        ("berries", "Blueberries, 1 pint"),
        ("whole mlik gallon", "Whole milk, 1 gallon"),
        ("chili", "Jalapeño peppers"),
    ],
)
def test_what_was_meant_comes_first(store: Store, asked: str, best: str) -> None:
    assert found(store, asked)[0] == best


def test_every_word_counts(store: Store) -> None:
    assert found(store, "chocolate milk") == ["Chocolate milk, 1 quart"]


@pytest.mark.parametrize("asked", ["", "   ", "'; --", "%_%", "zzqqxx"])
def test_nonsense_finds_nothing(store: Store, asked: str) -> None:
    assert found(store, asked) == []


def test_another_stores_shelf_is_not_searched(store: Store) -> None:
    assert found(make.store(), "bananas") == []


def test_only_a_few_words_are_read() -> None:
    assert len(words_of("word " * 500)) == 6

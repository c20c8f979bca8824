"""Search on a store's shelf that forgives typos, plurals and missing accents."""

import unicodedata
from collections.abc import Sequence
from functools import reduce
from operator import add, and_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.paginator import Page, Paginator
from django.db.models import F, FloatField, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Upper

from stores.models import Item, StoreItem
from stores.queries.shelf import PAGE_SIZE, SORTS, Choice, on_shelf

MOST_WORDS = 6
MOST_LETTERS = 80
CLOSE_ENOUGH = 1.2  # of 4: how like an item must be when nothing fits better


def search_shelf(store_id: int, text: str, choice: Choice, number: int) -> "Page[StoreItem]":
    """One page of a store's items that a text may mean, best first. At most four queries.

    First what every word fits, by stem (full text) or by likeness (trigrams forgive a typo); both read their
    indexes. Only when that finds nothing are all items compared, and the likest shown.
    """
    words = words_of(text)
    rows = _filtered(on_shelf(store_id), choice)
    if not words:
        return Paginator(rows.none(), PAGE_SIZE).get_page(1)
    fitting = rows.filter(Q(item__in=_items_by_stem(words)) | Q(item__in=_items_like(words)))
    page = Paginator(_in_order(fitting, words, choice), PAGE_SIZE).get_page(number)
    if page.paginator.count:
        return page
    return Paginator(_in_order(rows, words, choice, at_least=CLOSE_ENOUGH), PAGE_SIZE).get_page(number)


def words_of(text: str) -> list[str]:
    """The words of a search: plain letters and digits in capitals, accents gone, a few at most."""
    plain = unicodedata.normalize("NFKD", text[:MOST_LETTERS])
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return kept.upper().split()[:MOST_WORDS]


def _filtered(rows: "QuerySet[StoreItem]", choice: Choice) -> "QuerySet[StoreItem]":
    if choice.only_snap:
        rows = rows.filter(item__is_snap=True)
    if choice.only_in_stock:
        rows = rows.filter(stock__gt=0)
    return rows


def _items_by_stem(words: Sequence[str]) -> "QuerySet[Any, Any]":
    """Items with every word, whatever its ending. The vector is that of the index `item_words`."""
    query = SearchQuery(" ".join(words), config="english", search_type="plain")
    vector = SearchVector("name", "keywords", config="english")
    return Item.objects.annotate(words=vector).filter(words=query).values("pk")


def _items_like(words: Sequence[str]) -> "QuerySet[Any, Any]":
    """Items in which every word is like one of the name or the keywords. The capitals are those of the indexes."""
    spelt = Item.objects.annotate(upper_name=Upper("name"), upper_keywords=Upper("keywords"))
    like = (Q(upper_name__trigram_word_similar=w) | Q(upper_keywords__trigram_word_similar=w) for w in words)
    return spelt.filter(reduce(and_, like)).values("pk")


def _in_order(
    rows: "QuerySet[StoreItem]", words: Sequence[str], choice: Choice, at_least: float = 0.0
) -> "QuerySet[StoreItem]":
    """Best first: likeness to all that is said of an item counts twice, to its name once; short names before long."""
    said = Concat("item__name", Value(" "), "item__keywords", Value(" "), "item__maker", output_field=TextField())
    closeness = Func(Value(" ".join(words)), F("item__name"), function="similarity", output_field=FloatField())
    likeness = 2 * _mean_likeness(words, said) + _mean_likeness(words, F("item__name")) + closeness
    rows = rows.alias(likeness=likeness)
    rows = rows.filter(likeness__gte=at_least) if at_least else rows
    if choice.sort in SORTS and choice.sort != "shelf":
        return rows.order_by(*SORTS[choice.sort])
    return rows.order_by("-likeness", "item__name", "pk")


def _mean_likeness(words: Sequence[str], text: Combinable) -> Combinable:
    """How like the words are to the likest words of a text, from 0 to 1."""
    plain = Func(text, function="unaccent", output_field=TextField())
    each = [Func(Value(w), plain, function="word_similarity", output_field=FloatField()) for w in words]
    return reduce(add, each) / Value(float(len(words)))

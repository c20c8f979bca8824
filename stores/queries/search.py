"""Search on a store's shelf: what was asked for, or a guess that says it is one; diet words are never guessed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchRank
from django.core.paginator import Page, Paginator
from django.db.models import Case, F, FloatField, Func, QuerySet, TextField, Value, When
from django.db.models.functions import Greatest, Replace

from stores.models import DietMark, StoreItem
from stores.queries.shelf import PAGE_SIZE, SORTS, Choice, on_shelf
from stores.queries.words import groups_of, marks_in, meant_by_brand, respelt, words_of

Query = SearchQuery | CombinedSearchQuery


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what a search found. `meant` is what was searched instead, when nothing was called by the words.

    `marks` are the diet marks it asked for: only articles that carry them all are in it. `rest` are its other words.
    """

    page: "Page[StoreItem]"
    meant: str = ""
    marks: Sequence[DietMark] = field(default_factory=tuple)
    rest: str = ""

    @property
    def is_guess(self) -> bool:
        """Whether these are not what was asked for by name."""
        return bool(self.meant)

    @property
    def marks_text(self) -> str:
        """The marks asked for, in words."""
        return ", ".join(str(mark.label) for mark in self.marks)


def search_shelf(store_id: int, text: str, choice: Choice, number: int) -> Found:
    """One page of a store's items that a text asks for, best first. A dozen queries at most, all by index.

    First what every word fits, in English or Spanish, by its stem. Only when nothing does, slips of the finger are
    mended, a brand is read as what it stands for, or the thing alone is looked for without what describes it. Whoever
    asks for a diet mark gets articles that carry it, or none.
    """
    marks, words = marks_in(words_of(text))
    rows = _filtered(on_shelf(store_id), choice)
    for mark in marks:
        rows = rows.filter(item__marks__contains=[mark])
    if not words:
        return Found(_page(rows.order_by("item__name", "pk") if marks else rows.none(), number), marks=marks)
    page = _asked(rows, words, choice, number)
    if page.paginator.count or marks:
        return Found(page, marks=marks, rest=" ".join(words))
    for meant in _guesses(words):
        page = _asked(rows, meant, choice, number)
        if page.paginator.count:
            return Found(page, meant=" ".join(meant))
    return Found(_page(rows.none(), number))


def _guesses(words: Sequence[str]) -> "Sequence[Sequence[str]]":
    """What else may have been meant, the likeliest first; none when the thing itself is unknown."""
    brand = meant_by_brand(words)
    if brand:
        return [brand.split()]
    spelt = respelt(words)
    if spelt is not None:
        return [spelt, spelt[-1:], spelt[:1]] if len(spelt) > 1 else [spelt]
    thing = respelt(words[-1:])
    return [thing] if thing and len(words) > 1 else []


def _page(rows: "QuerySet[StoreItem]", number: int) -> "Page[StoreItem]":
    return Paginator(rows, PAGE_SIZE).get_page(number)


def _asked(rows: "QuerySet[StoreItem]", words: Sequence[str], choice: Choice, number: int) -> "Page[StoreItem]":
    query = reduce(and_, (_any_of(group) for group in groups_of(words)))
    return _page(_in_order(rows.filter(item__words=query), " ".join(words), query, choice), number)


def _any_of(phrases: Sequence[str]) -> Query:
    """Any of some phrases, each in either language."""
    each = [SearchQuery(phrase, config=config) for phrase in phrases for config in ("english", "spanish")]
    return reduce(or_, each)


def _filtered(rows: "QuerySet[StoreItem]", choice: Choice) -> "QuerySet[StoreItem]":
    if choice.only_snap:
        rows = rows.filter(item__is_snap=True)
    if choice.only_in_stock:
        rows = rows.filter(stock__gt=0)
    return rows


def _in_order(rows: "QuerySet[StoreItem]", text: str, query: Query, choice: Choice) -> "QuerySet[StoreItem]":
    """Best first: what the text names before what it only describes; then the nearest name, fresh before canned."""
    if choice.sort in SORTS and choice.sort != "shelf":
        return rows.order_by(*SORTS[choice.sort])
    names_it = SearchRank(F("item__words"), query, weights=[0, 0, 0, 1])
    describes = SearchRank(F("item__words"), query, weights=[0.05, 0.2, 0.5, 1])
    kind = Replace(F("item__kind"), Value("-"), Value(" "))
    near = Greatest(_likeness(kind, text), _likeness(F("item__name_es"), text))
    score = Case(When(names__gt=0, then=Value(2.0)), default=Value(0.0), output_field=FloatField())
    rows = rows.alias(names=names_it).alias(
        score=score + near + describes - F("item__department__position") * Value(0.05)
    )
    return rows.order_by("-score", "item__name", "pk")


def _likeness(text: F | Replace, to: str) -> Func:
    plain = Func(text, function="unaccent", output_field=TextField())
    return Func(plain, Value(to), function="similarity", output_field=FloatField())

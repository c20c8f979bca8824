"""What the words of a search mean: diet marks, other names for the same thing, brands, and slips of the finger."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_lowercase

from stores.models import DietMark, Word

MOST_WORDS = 6
MOST_LETTERS = 80
FREE = {
    "gluten": DietMark.GLUTEN_FREE, "wheat": DietMark.GLUTEN_FREE, "trigo": DietMark.GLUTEN_FREE,
    "dairy": DietMark.DAIRY_FREE, "milk": DietMark.DAIRY_FREE, "lacteos": DietMark.DAIRY_FREE,
    "leche": DietMark.DAIRY_FREE, "lactose": DietMark.LACTOSE_FREE, "lactosa": DietMark.LACTOSE_FREE,
    "egg": DietMark.EGG_FREE, "huevo": DietMark.EGG_FREE, "nut": DietMark.NUT_FREE, "nueces": DietMark.NUT_FREE,
    "peanut": DietMark.PEANUT_FREE, "cacahuate": DietMark.PEANUT_FREE, "mani": DietMark.PEANUT_FREE,
    "soy": DietMark.SOY_FREE, "soya": DietMark.SOY_FREE, "sugar": DietMark.SUGAR_FREE, "azucar": DietMark.SUGAR_FREE,
    "caffeine": DietMark.CAFFEINE_FREE, "cafeina": DietMark.CAFFEINE_FREE, "alcohol": DietMark.ALCOHOL_FREE,
    "fragrance": DietMark.FRAGRANCE_FREE, "scent": DietMark.FRAGRANCE_FREE, "fragancia": DietMark.FRAGRANCE_FREE,
}  # fmt: skip
PLAIN = {
    "vegan": DietMark.VEGAN, "vegano": DietMark.VEGAN, "vegana": DietMark.VEGAN,
    "vegetarian": DietMark.VEGETARIAN, "vegetariano": DietMark.VEGETARIAN, "vegetariana": DietMark.VEGETARIAN,
    "kosher": DietMark.KOSHER, "halal": DietMark.HALAL, "organic": DietMark.ORGANIC, "organico": DietMark.ORGANIC,
    "organica": DietMark.ORGANIC, "organicos": DietMark.ORGANIC, "organicas": DietMark.ORGANIC,
    "decaf": DietMark.DECAF, "descafeinado": DietMark.DECAF, "unscented": DietMark.FRAGRANCE_FREE,
    "nonalcoholic": DietMark.ALCOHOL_FREE, "sugarless": DietMark.SUGAR_FREE, "nondairy": DietMark.DAIRY_FREE,
}  # fmt: skip
PAIRS = {
    ("plant", "based"): DietMark.VEGAN, ("free", "range"): DietMark.FREE_RANGE,
    ("non", "alcoholic"): DietMark.ALCOHOL_FREE, ("non", "dairy"): DietMark.DAIRY_FREE,
}  # fmt: skip
# Other names for the same thing: as good as the word itself.
SYNONYMS: Mapping[tuple[str, ...], Sequence[str]] = {
    ("tp",): ["toilet paper"], ("bathroom", "tissue"): ["toilet paper"], ("soda",): ["cola"], ("pop",): ["cola"],
    ("soft", "drink"): ["soda"], ("coke",): ["cola"], ("coca", "cola"): ["cola"], ("scallion",): ["green onion"],
    ("oj",): ["orange juice"], ("hamburger", "meat"): ["ground beef"], ("mince",): ["ground beef"],
    ("garbanzo",): ["chickpeas"], ("crisps",): ["potato chips"], ("nappies",): ["diapers"], ("yoghurt",): ["yogurt"],
    ("aubergine",): ["eggplant"], ("coriander",): ["cilantro"], ("tinfoil",): ["foil"],
    ("refresco",): ["cola"], ("soda", "pop"): ["cola"], ("jam",): ["preserves"], ("frijoles",): ["beans"],
    ("palta",): ["avocado"], ("garbage", "bags"): ["trash bags"],
}  # fmt: skip
# Brands we do not carry, and what people mean by them: shown as a guess, and said so.
BRANDS: Mapping[tuple[str, ...], str] = {
    ("kleenex",): "facial tissues", ("tide",): "laundry detergent", ("oreo",): "sandwich cookies",
    ("oreos",): "sandwich cookies", ("la", "croix"): "sparkling water", ("lacroix",): "sparkling water",
    ("pepsi",): "cola", ("sprite",): "lemon lime soda", ("cheerios",): "oat cereal", ("pampers",): "diapers",
    ("huggies",): "diapers", ("charmin",): "toilet paper", ("bounty",): "paper towels", ("gatorade",): "sports drink",
    ("heinz",): "ketchup", ("advil",): "ibuprofen", ("band", "aid"): "bandages", ("windex",): "glass cleaner",
    ("clorox",): "bleach", ("philadelphia",): "cream cheese", ("jif",): "peanut butter", ("skippy",): "peanut butter",
    ("doritos",): "tortilla chips", ("lays",): "potato chips", ("pringles",): "potato chips",
}  # fmt: skip


def words_of(text: str) -> list[str]:
    """The words of a search: plain small letters and digits, accents gone, a few at most."""
    plain = unicodedata.normalize("NFKD", text[:MOST_LETTERS])
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return kept.lower().split()[:MOST_WORDS]


def marks_in(words: Sequence[str]) -> tuple[list[DietMark], list[str]]:
    """The diet marks that a search asks for, and its other words."""
    marks: list[DietMark] = []
    rest: list[str] = []
    left = list(words)
    while left:
        mark, size = _mark_at(left)
        if mark is None:
            rest.append(left[0])
        else:
            marks.append(mark)
        left = left[size:]
    return marks, rest


def _mark_at(words: Sequence[str]) -> tuple[DietMark | None, int]:
    first, second, third = (*words, "", "")[:3] if len(words) < 3 else words[:3]
    if second == "free" and first.rstrip("s") in FREE:
        return FREE[first.rstrip("s")], 2
    if first == "tree" and second.startswith("nut") and third == "free":
        return DietMark.NUT_FREE, 3
    if first in {"no", "sin", "without", "zero"} and (second in FREE or second.rstrip("s") in FREE):
        return FREE.get(second) or FREE[second.rstrip("s")], 2
    if (first, second) in PAIRS:
        return PAIRS[first, second], 2
    joined = re.fullmatch(r"(\w+?)free", first)
    if joined and joined[1].rstrip("s") in FREE:
        return FREE[joined[1].rstrip("s")], 1
    return PLAIN.get(first), 1


def groups_of(words: Sequence[str]) -> list[list[str]]:
    """The words in groups, each with the phrases that mean the same; any phrase of a group will do."""
    groups: list[list[str]] = []
    left = list(words)
    while left:
        size = next((n for n in (2, 1) if tuple(left[:n]) in SYNONYMS and len(left) >= n), 1)
        said = tuple(left[:size])
        groups.append([" ".join(said), *SYNONYMS.get(said, [])])
        left = left[size:]
    return groups


def meant_by_brand(words: Sequence[str]) -> str:
    """What people mean by a brand's name, or nothing."""
    for brand, meant in BRANDS.items():
        size = len(brand)
        if any(tuple(words[at : at + size]) == brand for at in range(len(words) - size + 1)):
            return meant
    return ""


def respelt(words: Sequence[str]) -> list[str] | None:
    """The same words without slips of the finger, or None when one of them is like nothing we know. Few queries."""
    known = set(Word.objects.filter(text__in=words).values_list("text", flat=True))
    found = [word if word in known or word.isdigit() else _nearest(word) for word in words]
    return None if None in found else [word for word in found if word]


def _nearest(word: str) -> str | None:
    """The known word that begins so, or is one slip away, two for a long word.

    Short words forgive a swap or a missing or doubled letter only.
    """
    if len(word) < 4 or not word.isascii():
        return None
    begun = Word.objects.filter(text__startswith=word).values_list("text", flat=True)
    typed_so_far = min(begun.order_by("text")[:20], key=lambda other: (len(other), other), default=None)
    if typed_so_far is not None:
        return typed_so_far
    spellings = {*_one_slip(word), *(_one_slip(word + "s") if len(word) >= 6 else ())}
    near = set(Word.objects.filter(text__in=spellings).values_list("text", flat=True))
    if not near and len(word) >= 8:
        like = Word.objects.filter(text__trigram_similar=word, text__startswith=word[0])[:50]
        near = {other for other in like.values_list("text", flat=True) if _slips(word, other) <= 2}
    return min(near, key=lambda other: (other[0] != word[0], sorted(other) != sorted(word), other), default=None)


def _one_slip(word: str) -> Iterator[str]:
    """Every spelling one slip away."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    for before, after in halves:
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        if after and (len(word) > 4 or (before and before[-1] == after[0])):
            yield before + after[1:]
        for letter in ascii_lowercase:
            yield before + letter + after
            if after and len(word) > 4:
                yield before + letter + after[1:]


def _slips(one: str, other: str) -> int:
    """How many letters to add, drop or change: Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        before, row[0] = row[0], number
        for at, against in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != against))
    return row[-1]

"""What the home page puts on its seasonal shelf, by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class Season:
    """A shelf for some months: its title, and the subcategories it takes from."""

    title: str
    subcategories: Sequence[str]


SPRING = Season(gettext_noop("Spring greens & berries"), ("Berries", "Salads & herbs", "Flowers", "Eggs"))
SUMMER = Season(gettext_noop("Summer favorites"), ("Melons", "Ice cream", "Berries", "Soft drinks"))
AUTUMN = Season(gettext_noop("Roasts & soups"), ("Roots & onions", "Baking", "Soup & broth", "Spices"))
WINTER = Season(gettext_noop("Winter favorites"), ("Citrus", "Soup & broth", "Coffee & tea", "Pastries & cakes"))


def season_on(day: date) -> Season:
    """The season of a date in the northern half of the world."""
    return (WINTER, SPRING, SUMMER, AUTUMN)[day.month % 12 // 3]

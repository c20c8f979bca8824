"""What the home page puts on its seasonal shelf, by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Season:
    """A shelf for some months: its title, and the subcategories it takes from."""

    title: str
    subcategories: Sequence[str]


SPRING = Season("Spring greens and bright things", ("Berries", "Salads & herbs", "Flowers", "Eggs"))
SUMMER = Season("For hot days", ("Melons", "Ice cream", "Berries", "Soft drinks"))
AUTUMN = Season("For the oven and the pot", ("Roots & onions", "Baking", "Soup & broth", "Spices"))
WINTER = Season("Warm and bright", ("Citrus", "Soup & broth", "Coffee & tea", "Pastries & cakes"))


def season_on(day: date) -> Season:
    """The season of a date in the northern half of the world."""
    return (WINTER, SPRING, SUMMER, AUTUMN)[day.month % 12 // 3]

"""What may stand in for what, and how the two differ: pure rules over the attributes of two articles.

An article replaces another unasked only when nothing that anybody may care about differs: kind, diet marks, allergens,
alcohol, age limit, size group, amount, temperature. What is not known counts as different.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from stores.models import Allergen, DietMark, Item

SMALLEST, LARGEST = Decimal("0.8"), Decimal("1.25")  # of the amount asked for
DEAREST_A_UNIT = Decimal("1.25")  # of the original's unit price
WEIGHT, VOLUME = "oz", "fl_oz"
MEASURES = {
    "lb": (WEIGHT, Decimal(16)),
    "oz": (WEIGHT, Decimal(1)),
    "gal": (VOLUME, Decimal(128)),
    "fl_oz": (VOLUME, Decimal(1)),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How an article compares with the one asked for. `differences` are in words, the gravest first."""

    differences: Sequence[str]
    is_same_size: bool
    never: bool  # not even if the shopper is asked

    @property
    def is_alike(self) -> bool:
        """Whether it may replace the other unasked."""
        return not self.differences


def amount_of(item: Item) -> tuple[str, Decimal]:
    """What one piece holds, in ounces, fluid ounces or its own unit."""
    if item.is_weighed and item.piece_pounds is not None:
        return WEIGHT, item.piece_pounds * 16
    measure, factor = MEASURES.get(item.unit, (item.unit, Decimal(1)))
    return measure, item.unit_amount * factor


def size_ratio(original: Item, other: Item) -> Decimal | None:
    """How many times the original's amount the other holds; None when they are measured differently."""
    (measure, amount), (others, theirs) = amount_of(original), amount_of(other)
    return theirs / amount if measure == others and amount > 0 else None


def compare(original: Item, other: Item) -> Comparison:
    """Compare two articles."""
    ratio = size_ratio(original, other)
    checks = [*_harm(original, other), *_kind(original, other), *_size(original, other, ratio)]
    return Comparison(
        differences=[words for words in checks if words],
        is_same_size=ratio == 1,
        never=other.has_alcohol and not original.has_alcohol,
    )


def _harm(original: Item, other: Item) -> list[str]:
    """What could hurt somebody or break their rules."""
    found = []
    if original.has_alcohol != other.has_alcohol:
        found.append(_("contains alcohol") if other.has_alcohol else _("no alcohol"))
    if original.allergens is None or other.allergens is None:
        found.append(_("allergens not known"))
    else:
        new = [Allergen(one).label for one in other.allergens if one not in original.allergens]
        found += [_("contains %(what)s") % {"what": ", ".join(map(str, new))}] if new else []
    lost = [DietMark(one).label for one in original.marks if one not in other.marks]
    gained = [DietMark(one).label for one in other.marks if one not in original.marks]
    found += [_("not %(what)s") % {"what": what} for what in lost]
    return found + [str(what) for what in gained]


def _kind(original: Item, other: Item) -> list[str]:
    is_same = original.kind and original.kind == other.kind and original.department_id == other.department_id
    return [
        "" if is_same else _("another kind of item"),
        "" if original.cold_class == other.cold_class else _("kept at another temperature"),
        "" if other.age_limit <= original.age_limit else _("for adults only"),
    ]


def _size(original: Item, other: Item, ratio: Decimal | None) -> list[str]:
    if original.size_group != other.size_group:
        return [_("another size")]
    if ratio is None:
        return [_("sold by another measure")]
    return [_("smaller") if ratio < SMALLEST else _("larger") if ratio > LARGEST else ""]


def is_priced_alike(original: Item, original_cents: int, other: Item, other_cents: int) -> bool:
    """Whether a unit of the other costs no more than a quarter more. Prices are of one piece."""
    ratio = size_ratio(original, other)
    return ratio is not None and Decimal(other_cents) <= Decimal(original_cents) * ratio * DEAREST_A_UNIT

"""What is on the shelves: items, their departments, and each store's own price, stock and aisle."""

from decimal import Decimal
from typing import ClassVar
from uuid import uuid4

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stores.checks import barcode, real_age, weighs_something
from stores.unit_prices import sold_in


class ColdClass(models.TextChoices):
    """How cold a thing must stay."""

    AMBIENT = "ambient", "Ambient"
    CHILLED = "chilled", "Chilled"
    FROZEN = "frozen", "Frozen"


class DietMark(models.TextChoices):
    """What an article's label promises. Nothing is guessed: an article without a mark promises nothing."""

    VEGAN = "vegan", _("vegan")
    VEGETARIAN = "vegetarian", _("vegetarian")
    GLUTEN_FREE = "gluten-free", _("gluten free")
    DAIRY_FREE = "dairy-free", _("dairy free")
    LACTOSE_FREE = "lactose-free", _("lactose free")
    EGG_FREE = "egg-free", _("egg free")
    NUT_FREE = "nut-free", _("nut free")
    PEANUT_FREE = "peanut-free", _("peanut free")
    SOY_FREE = "soy-free", _("soy free")
    SUGAR_FREE = "sugar-free", _("sugar free")
    CAFFEINE_FREE = "caffeine-free", _("caffeine free")
    DECAF = "decaf", _("decaf")
    ALCOHOL_FREE = "alcohol-free", _("alcohol free")
    FRAGRANCE_FREE = "fragrance-free", _("fragrance free")
    KOSHER = "kosher", _("kosher")
    HALAL = "halal", _("halal")
    ORGANIC = "organic", _("organic")
    FREE_RANGE = "free-range", _("free range")


class Allergen(models.TextChoices):
    """What an article's label must name: the nine of United States law."""

    MILK = "milk", _("milk")
    EGG = "egg", _("egg")
    FISH = "fish", _("fish")
    SHELLFISH = "shellfish", _("shellfish")
    TREE_NUT = "tree-nut", _("tree nuts")
    PEANUT = "peanut", _("peanuts")
    WHEAT = "wheat", _("wheat")
    SOY = "soy", _("soy")
    SESAME = "sesame", _("sesame")


class Department(models.Model):
    """One part of the shop, as shoppers know it."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_es = models.CharField("name in Spanish", max_length=60, blank=True)
    tile = models.CharField(max_length=80)
    tint = models.CharField(max_length=20, default="green")
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """Its name in the reader's language, as far as there is one."""
        return self.name_es if self.name_es and (get_language() or "").startswith("es") else self.name


# What an article is, counts most: its kind, or the last word before the first comma of its name, and the first word in
# Spanish, where what a thing is comes first. Then its names, then other words for it.
READ_FROM = ("name", "name_es", "keywords", "maker", "kind")
READ_WORDS = """
    NEW.words =
        setweight(to_tsvector('english', unaccent(CASE WHEN NEW.kind <> '' THEN replace(NEW.kind, '-', ' ')
            ELSE regexp_replace(split_part(NEW.name, ',', 1), '^.*\\s', '') END)), 'A')
        || setweight(to_tsvector('spanish', unaccent(split_part(NEW.name_es, ' ', 1))), 'A')
        || setweight(to_tsvector('english', unaccent(NEW.name)), 'B')
        || setweight(to_tsvector('spanish', unaccent(NEW.name_es)), 'B')
        || setweight(to_tsvector('english', unaccent(NEW.keywords || ' ' || NEW.maker)), 'C');
    INSERT INTO stores_word (text)
        SELECT DISTINCT lower(word) AS text
        FROM regexp_split_to_table(
            unaccent(concat_ws(' ', NEW.name, NEW.keywords, NEW.name_es)), '[^[:alpha:]]+'
        ) word
        WHERE length(word) BETWEEN 3 AND 40
            AND NOT EXISTS (SELECT FROM stores_word known WHERE known.text = lower(word))
        ORDER BY text
    ON CONFLICT DO NOTHING;
    RETURN NEW;
"""


class Word(models.Model):
    """One word that some article is called by: what a misspelt search may have meant. Kept by the trigger on Item."""

    text = models.CharField(max_length=40, primary_key=True)

    class Meta:
        indexes = [GinIndex(OpClass("text", name="gin_trgm_ops"), name="word_trgm")]

    def __str__(self) -> str:
        return self.text


class Item(models.Model):
    """One article, the same in every store.

    Sold by weight: prices are per pound and `piece_pounds` is what one piece usually weighs. `kind` is what it is,
    finer than its subcategory: only articles of one kind replace each other unasked; one without a kind, or whose
    allergens nobody has stated, never does. `size_group` is a size that is no amount, such as that of a diaper.
    `words` is what a search reads, written by a trigger.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    sku = models.CharField(max_length=20, unique=True)
    upc = models.CharField("bar code (UPC)", max_length=14, unique=True, validators=[barcode])
    name = models.CharField(max_length=80)
    name_es = models.CharField("name in Spanish", max_length=80, blank=True)
    maker = models.CharField(max_length=60, blank=True)
    description = models.CharField(max_length=300, blank=True)
    keywords = models.CharField(max_length=300, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="items")
    subcategory = models.CharField(max_length=60, blank=True)
    kind = models.SlugField(
        max_length=40, blank=True, help_text="What it is, such as whole-milk. Only the same kind replaces it unasked."
    )
    size_group = models.CharField(
        max_length=20, blank=True, help_text="A size that is no amount, such as 3 for diapers of size 3."
    )
    marks = ArrayField(
        models.CharField(max_length=20, choices=DietMark.choices),
        default=list,
        blank=True,
        help_text="What the label promises, with commas between: vegan, gluten-free.",
    )
    allergens = ArrayField(
        models.CharField(max_length=20, choices=Allergen.choices),
        null=True,
        blank=True,
        help_text="What the label says it contains, with commas between. Not stated: nothing replaces it unasked.",
    )
    has_alcohol = models.BooleanField("contains alcohol", default=False)
    tile = models.CharField(max_length=80)
    unit_amount = models.DecimalField(max_digits=8, decimal_places=3, default=Decimal(1))
    unit = models.CharField(max_length=10, default="ct", validators=[sold_in])
    is_weighed = models.BooleanField("sold by weight", default=False)
    piece_pounds = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    grams = models.PositiveIntegerField(
        "weight, grams", default=500, validators=[weighs_something], help_text="What one piece weighs with its packing."
    )
    room = models.PositiveSmallIntegerField(
        "room in a bag", default=1, validators=[weighs_something], help_text="24 fill one bag."
    )
    cold_class = models.CharField(max_length=10, choices=ColdClass.choices, default=ColdClass.AMBIENT)
    age_limit = models.PositiveSmallIntegerField(default=0, validators=[real_age])
    is_taxable = models.BooleanField("taxed as general goods", default=False)
    is_snap = models.BooleanField("SNAP eligible", default=True)
    words = SearchVectorField(null=True, editable=False)
    alternatives: "models.ManyToManyField[Item, Item]" = models.ManyToManyField("self", symmetrical=False, blank=True)

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="item_words_read"),
            GinIndex(fields=["marks"], name="item_marks"),
            models.Index(fields=["kind"], name="item_kind", condition=~Q(kind="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_weighed=False) | Q(piece_pounds__gt=0), name="item_weighed_has_piece_weight"
            ),
            models.CheckConstraint(condition=Q(cold_class__in=ColdClass.values), name="item_cold_class_known"),
            models.CheckConstraint(condition=Q(marks__contained_by=DietMark.values), name="item_marks_known"),
            models.CheckConstraint(condition=Q(allergens__contained_by=Allergen.values), name="item_allergens_known"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="read_words",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf(*READ_FROM),  # type: ignore[no-untyped-call]
                func=READ_WORDS,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """Its name in the reader's language, as far as there is one."""
        return self.name_es if self.name_es and (get_language() or "").startswith("es") else self.name


class Aisle(models.Model):
    """One aisle of one store, in the order a picker walks."""

    store = models.ForeignKey("stores.Store", on_delete=models.CASCADE, related_name="aisles")
    name = models.CharField(max_length=40)
    walk_order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="aisle_once")]

    def __str__(self) -> str:
        return self.name


class StoreItem(models.Model):
    """One item on one store's shelf: its price there, how many pieces are left, and where it stands.

    The price is per piece, or per pound for what is sold by weight. Stock counts pieces not yet promised;
    `counted_at` is when somebody last counted them by hand.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    store = models.ForeignKey("stores.Store", on_delete=models.CASCADE, related_name="shelf")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="on_shelves")
    aisle = models.ForeignKey(Aisle, on_delete=models.SET_NULL, null=True, blank=True, related_name="shelf")
    price_cents = models.BigIntegerField()
    stock = models.IntegerField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_available = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "item"], name="item_once_on_a_shelf"),
            models.CheckConstraint(condition=Q(price_cents__gt=0), name="shelf_price_positive"),
            models.CheckConstraint(condition=Q(stock__gte=0), name="shelf_stock_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.item} at {self.store}"

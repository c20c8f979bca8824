"""What is on the shelves: items, their departments, and each store's own price, stock and aisle."""

from decimal import Decimal
from uuid import uuid4

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper


class ColdClass(models.TextChoices):
    """How cold a thing must stay."""

    AMBIENT = "ambient", "Ambient"
    CHILLED = "chilled", "Chilled"
    FROZEN = "frozen", "Frozen"


class Department(models.Model):
    """One part of the shop, as shoppers know it."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    tile = models.CharField(max_length=80)
    tint = models.CharField(max_length=20, default="green")
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One article, the same in every store.

    Sold by weight: prices are per pound and `piece_pounds` is what one piece usually weighs.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    sku = models.CharField(max_length=20, unique=True)
    upc = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=80)
    maker = models.CharField(max_length=60, blank=True)
    description = models.CharField(max_length=300, blank=True)
    keywords = models.CharField(max_length=300, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="items")
    subcategory = models.CharField(max_length=60, blank=True)
    tile = models.CharField(max_length=80)
    unit_amount = models.DecimalField(max_digits=8, decimal_places=3, default=Decimal(1))
    unit = models.CharField(max_length=10, default="ct")
    is_weighed = models.BooleanField("sold by weight", default=False)
    piece_pounds = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    grams = models.PositiveIntegerField(default=500, help_text="What one piece weighs with its packing.")
    room = models.PositiveSmallIntegerField(
        default=1, help_text="Units of room one piece takes in a vehicle; 24 a bag."
    )
    cold_class = models.CharField(max_length=10, choices=ColdClass.choices, default=ColdClass.AMBIENT)
    age_limit = models.PositiveSmallIntegerField(default=0)
    is_taxable = models.BooleanField("taxed as general goods", default=False)
    is_snap = models.BooleanField("SNAP eligible", default=True)
    alternatives: "models.ManyToManyField[Item, Item]" = models.ManyToManyField("self", symmetrical=False, blank=True)

    class Meta:
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="item_name_trgm"),
            GinIndex(OpClass(Upper("keywords"), name="gin_trgm_ops"), name="item_keywords_trgm"),
            GinIndex(SearchVector("name", "keywords", config="english"), name="item_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_weighed=False) | Q(piece_pounds__gt=0), name="item_weighed_has_piece_weight"
            ),
            models.CheckConstraint(condition=Q(cold_class__in=ColdClass.values), name="item_cold_class_known"),
        ]

    def __str__(self) -> str:
        return self.name


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

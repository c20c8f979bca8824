"""Baskets on the way to the checkout, and the window seat held for them."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Wish(models.TextChoices):
    """What a shopper wants when an item is out."""

    BEST = "best", _("Best match")
    THIS = "this", _("This item")
    NONE = "none", _("No substitute")


class Cart(models.Model):
    """One basket in one store, of a signed-in shopper or of a browser session.

    `checkout_key` names the order it will become: a repeated tap finds the same order.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    shopper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="carts"
    )
    store = models.ForeignKey("stores.Store", on_delete=models.CASCADE, related_name="carts")
    address = models.ForeignKey("orders.Address", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    zip_code = models.CharField(max_length=5, blank=True)
    checkout_key = models.UUIDField(default=uuid4, unique=True)
    contact_name = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    tip_cents = models.BigIntegerField(default=0)
    instructions = models.CharField(max_length=300, blank=True)
    gate_code = models.CharField(max_length=20, blank=True)
    leave_at_door = models.BooleanField(default=False)
    wants_passcode = models.BooleanField(default=False)
    ordered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shopper", "store"], name="cart_one_open_a_store", condition=Q(ordered_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(tip_cents__range=(0, 50_000)), name="cart_tip_in_range"),
        ]

    def __str__(self) -> str:
        return f"basket {self.public_id}"


class CartLine(models.Model):
    """Some pieces of one item in a basket, and what to do when it is out."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    store_item = models.ForeignKey("stores.StoreItem", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    wish = models.CharField(max_length=4, choices=Wish.choices, default=Wish.BEST)
    wish_item = models.ForeignKey(
        "stores.StoreItem", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "store_item"], name="item_once_a_cart"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 99)), name="cart_quantity_in_range"),
            models.CheckConstraint(condition=Q(wish__in=Wish.values), name="cart_wish_known"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.store_item}"


class ParkedLine(models.Model):
    """What a basket held of an item before it moved to a store that lacks it, or has fewer: it comes back with a store
    that has it."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="parked")
    item = models.ForeignKey("stores.Item", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    wish = models.CharField(max_length=4, choices=Wish.choices, default=Wish.BEST)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "item"], name="item_parked_once_a_cart"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 99)), name="parked_quantity_in_range"),
            models.CheckConstraint(condition=Q(wish__in=Wish.values), name="parked_wish_known"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.item}, set aside"


class WindowHold(models.Model):
    """A window seat kept for one basket until `expires_at`; it counts in `Window.taken` until released or sold."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="holds")
    window = models.ForeignKey("stores.Window", on_delete=models.CASCADE, related_name="holds")
    expires_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    sold_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="window_hold_due",
                condition=Q(released_at__isnull=True, sold_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cart"],
                name="one_live_hold_a_cart",
                condition=Q(released_at__isnull=True, sold_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(sold_at__isnull=True), name="hold_released_or_sold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window} until {self.expires_at:%H:%M}"

    def is_live(self, now: datetime) -> bool:
        """Whether the seat is still this basket's."""
        return self.released_at is None and self.sold_at is None and now < self.expires_at

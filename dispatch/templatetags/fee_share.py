"""The bar that shows, before tipping, where a delivery fee goes.

The checkout is the shop's page and may not read pay; so the page asks for the bar, and dispatch draws it.
"""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.queries import fee_share as shares
from stores.models import Store

register = template.Library()


@register.inclusion_tag("shop/parts/fee_share.html")
def fee_share(store: Store, fee_cents: int) -> dict[str, Any]:
    """Draw where a fee goes; nothing for a free delivery."""
    share = shares.fee_share(store.market, fee_cents, timezone.now())
    parts = [
        {"name": _("Your driver, on average"), "cents": share.driver_cents},
        {"name": _("The store, for picking and card costs"), "cents": share.store_cents},
    ]
    return {"share": share, "parts": [part for part in parts if part["cents"]], "fee_cents": fee_cents}

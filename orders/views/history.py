"""Past orders, and ordering the same again."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.http import UserRequest
from orders.access.orders import order_of
from orders.actions.reorder import Refilled, reorder
from orders.forms import ChoiceForm
from orders.queries.history import orders_of
from orders.queries.order_list import pictures_of
from orders.views.visit import keep_cart, keep_place, show, visit_of


@require_safe
@login_required
def orders(request: UserRequest) -> HttpResponse:
    """A shopper's orders, newest first."""
    visit = visit_of(request, timezone.now())
    form = ChoiceForm(request.GET)
    number = (form.cleaned_data.get("page") if form.is_valid() else None) or 1
    page = orders_of(request.user.pk, number)
    pictures = pictures_of(page.object_list)
    rows = [(order, pictures.get(order.pk, [])) for order in page]
    return show(request, "shop/orders.html", visit, {"page": page, "rows": rows, "kept": ""})


@require_POST
@login_required
def again(request: UserRequest, order_id: UUID) -> HttpResponse:
    """Fill the basket with what an order held, as far as its store still has it."""
    order = order_of(shopper_id=request.user.pk, public_id=order_id)
    refilled = reorder(order_id=order.pk, shopper_id=request.user.pk, now=timezone.now())
    keep_cart(request, refilled.cart)
    keep_place(request, zip_code=order.zip_code, label="", store_id=order.store_id)
    _tell(request, refilled)
    return redirect("shop:basket")


def _tell(request: UserRequest, refilled: Refilled) -> None:
    if refilled.missing:
        names = ", ".join(refilled.missing)
        messages.warning(request, _("Out of stock right now: %(names)s.") % {"names": names})

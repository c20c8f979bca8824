"""Receipts: as a page and as a PDF, every fee its own line."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.http import UserRequest
from orders.access.orders import order_of
from orders.queries.receipt import receipt_of
from orders.views.visit import show, visit_of


@require_safe
@login_required
def receipt(request: UserRequest, order_id: UUID) -> HttpResponse:
    """What an order cost."""
    order = order_of(shopper_id=request.user.pk, public_id=order_id)
    visit = visit_of(request, timezone.now())
    return show(request, "shop/receipt.html", visit, {"receipt": receipt_of(order), "order": order})


@require_safe
@login_required
def receipt_pdf(request: UserRequest, order_id: UUID) -> HttpResponse:
    """The same, to keep."""
    from orders.receipt_pdf import draw_receipt  # noqa: PLC0415  # drawing takes long to load, and few pages draw

    order = order_of(shopper_id=request.user.pk, public_id=order_id)
    answer = HttpResponse(draw_receipt(receipt_of(order)), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="homeward-{order.number}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

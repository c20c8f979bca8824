"""A shopper's own addresses."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import DomainError
from common.http import UserRequest
from orders.access.orders import address_of
from orders.actions.address_book import forget_address
from orders.actions.addresses import pin_address, save_address
from orders.forms import AddressForm
from orders.queries.baskets import addresses_of
from orders.queries.checks import OutsideArea
from orders.views.pins import ask_for_pin, chosen_pin, pin_of_request, pin_question
from orders.views.visit import show, visit_of
from stores.queries.places import store_for


@require_http_methods(["GET", "POST"])
@login_required
def address_book(request: UserRequest) -> HttpResponse:
    """All addresses, and a form for one more."""
    now = timezone.now()
    form = AddressForm(request.POST or None)
    status, pin = 200, None
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                check_served(form.cleaned_data["zip_code"])
                save_address(shopper_id=request.user.pk, **form.cleaned_data, pin=pin_of_request(request))
            except DomainError as refusal:
                form.add_error(None, refusal.spoken)
                status, pin = refusal.status, ask_for_pin(refusal, form)
            else:
                return redirect("shop:addresses")
    context = {"form": form, "addresses": addresses_of(request.user.pk), "pin": pin}
    return show(request, "shop/addresses.html", visit_of(request, now), context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pin(request: UserRequest, address_id: UUID) -> HttpResponse:
    """Show where an address is: on the map, or near a known place."""
    address = address_of(shopper_id=request.user.pk, public_id=address_id)
    refusal = None
    if request.method == "POST":
        try:
            pin_address(address_id=address.pk, pin=chosen_pin(request))
        except DomainError as no:
            refusal = no
        else:
            messages.success(request, _("Thank you. Your driver will come to this spot."))
            return redirect("shop:addresses")
    context = {"address": address, "pin": pin_question(address), "refusal": refusal}
    visit = visit_of(request, timezone.now())
    return show(request, "shop/address_pin.html", visit, context, status=refusal.status if refusal else 200)


def check_served(zip_code: str) -> None:
    """Refuse an address to which nothing could be brought.

    Raises:
        OutsideArea: no store delivers to its ZIP code.
    """
    if store_for(zip_code) is None:
        raise OutsideArea("No store delivers to %(zip)s yet, so this address was not saved.", zip=zip_code)


@require_POST
@login_required
def forget(request: UserRequest, address_id: UUID) -> HttpResponse:
    """Take an address out of the book; orders keep theirs."""
    address = address_of(shopper_id=request.user.pk, public_id=address_id)
    forget_address(address_id=address.pk)
    messages.info(request, _("%(line)s was removed from your addresses.") % {"line": address.line1})
    return redirect("shop:addresses")

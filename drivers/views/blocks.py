"""Blocks: seeing and booking them, giving one back, checking in, leaving."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.clock import local_day
from common.errors import DomainError
from common.http import UserRequest
from drivers.access import block_of, booking_of, driver_of
from drivers.actions.bookings import book_block, check_in, leave_block, release_booking
from drivers.actions.fitness import why_barred
from drivers.forms import ROOM_OF_A_BAG, BookForm, CheckInForm, budget_initial
from drivers.models import Booking, Driver, Trip
from drivers.queries.blocks import blocks_page, booking_page
from drivers.states import BookingStatus
from drivers.views.pages import portal_page


@require_safe
@login_required
def blocks(request: UserRequest) -> HttpResponse:
    """The driver's own blocks, and those that can be booked."""
    driver = driver_of(request.user)
    now = timezone.now()
    shown = {"page": blocks_page(driver, now), "barred": why_barred(driver, local_day(now, driver.market.zone))}
    return portal_page(request, driver, "portal/blocks.html", shown, dock="trips")


@require_POST
@login_required
def book(request: UserRequest, block_id: UUID) -> HttpResponse:
    """Book a place; a repeated tap leads to the same booking."""
    driver = driver_of(request.user)
    block = block_of(driver, block_id)
    form = BookForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That did not arrive whole. Try again."))
        return redirect("portal:blocks")
    try:
        booked = book_block(
            block_id=block.pk, driver_id=driver.pk, book_key=form.cleaned_data["key"], now=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
        return redirect("portal:blocks")
    if booked.status == BookingStatus.BOOKED:
        messages.success(request, _("The place is yours."))
    return redirect("portal:booking", booked.public_id)


@require_safe
@login_required
def booking(request: UserRequest, booking_id: UUID) -> HttpResponse:
    """One's own place: what was agreed, and what can be done now."""
    driver = driver_of(request.user)
    return show_booking(request, driver, booking_of(driver, booking_id))


def show_booking(
    request: UserRequest, driver: Driver, booked: Booking, form: CheckInForm | None = None
) -> HttpResponse:
    """The page of a booking, with the form as it was sent where something in it was wrong."""
    last = Trip.objects.filter(driver=driver).exclude(booking=None).order_by("-created_at").first()
    shown = {
        "page": booking_page(booked, timezone.now()),
        "form": form or CheckInForm(initial=budget_initial(driver, last)),
    }
    return portal_page(request, driver, "portal/booking.html", shown, dock="trips", status=400 if form else 200)


@require_POST
@login_required
def start(request: UserRequest, booking_id: UUID) -> HttpResponse:
    """Check in at the store; offers come from then on."""
    driver = driver_of(request.user)
    booked = booking_of(driver, booking_id)
    form = CheckInForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            check_in(
                booking_id=booked.pk, at=form.at(), room=told["bags"] * ROOM_OF_A_BAG, max_orders=told["max_orders"],
                has_cold_box=told["has_cold_box"], now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.spoken)
        else:
            messages.success(request, _("You are checked in. Offers around the store will appear here."))
            return redirect("portal:home")
    return show_booking(request, driver, booked, form)


@require_POST
@login_required
def release(request: UserRequest, booking_id: UUID) -> HttpResponse:
    """Give a place back."""
    driver = driver_of(request.user)
    booked = booking_of(driver, booking_id)
    try:
        release_booking(booking_id=booked.pk, by=request.user.actor, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
        return redirect("portal:booking", booked.public_id)
    messages.success(request, _("Your place is given back. That is never held against you."))
    return redirect("portal:blocks")


@require_POST
@login_required
def leave(request: UserRequest, booking_id: UUID) -> HttpResponse:
    """End one's block before its end."""
    driver = driver_of(request.user)
    booked = booking_of(driver, booking_id)
    try:
        leave_block(booking_id=booked.pk, by=request.user.actor, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
    return redirect("portal:booking", booked.public_id)

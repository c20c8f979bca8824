"""The driver's home page, offers, and the answers to them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.http import UserRequest
from common.live import stream_url
from dispatch.access.portal import active_run_of, offer_of
from dispatch.actions.claiming import accept_offer, decline_offer
from dispatch.queries.cards import OfferCard, card_of
from dispatch.queries.portal import portal_home
from drivers.access import driver_of, somebody_who_drives
from drivers.views.pages import portal_page

HOME, HOME_LIVE = "portal/home.html", "portal/home.html#live"


@require_safe
@login_required
def home(request: UserRequest) -> HttpResponse:
    """Today's trip as a line, offers as cards; the live part alone when the page asks again.

    Whoever is no driver reads how to become one.
    """
    driver = somebody_who_drives(request.user)
    if driver is None:
        return render(request, "portal/not_a_driver.html")
    if driver.firm_id is None:
        return redirect("portal:run")  # a store's own driver: their page is the van's run
    page = portal_home(driver, timezone.now(), get_language() or "en")
    shown = {
        "page": page,
        "cards": [(card, drawn(card), seconds_shown(request, card)) for card in page.cards],
        "events": stream_url([f"driver:{driver.pk}"]),
    }
    return portal_page(request, driver, HOME_LIVE if request.htmx else HOME, shown, dock="home")


def seconds_shown(request: UserRequest, card: OfferCard) -> int:
    """The first face of a countdown. For a page that asks again it is always the same, so that nothing is swapped
    under a thumb while no offer has changed; the page's clock goes by the moment of expiry."""
    return int(card.offer.snapshot["answer_seconds"]) if request.htmx else card.seconds_left


@require_safe
@login_required
def offer(request: UserRequest, offer_id: UUID) -> HttpResponse:
    """One offer in full, whatever became of it."""
    driver = driver_of(request.user)
    return show_offer(request, card_of(offer_of(driver, offer_id), timezone.now(), get_language() or "en"))


def show_offer(request: UserRequest, card: OfferCard, refusal: DomainError | None = None) -> HttpResponse:
    """The page of one offer, with the refusal of an answer if there is one."""
    on_run = active_run_of(card.offer.driver)
    mine = on_run is not None and on_run.carried.filter(offer=card.offer).exists()
    shown = {"card": card, "minimap": drawn(card), "refusal": refusal, "is_mine": mine}
    driver = card.offer.driver
    status = refusal.status if refusal else 200
    return portal_page(request, driver, "portal/offer.html", shown, dock="home", status=status)


def drawn(card: OfferCard) -> str:
    """The small map as it goes into the page; every text in it is escaped where it is drawn."""
    return mark_safe(card.minimap)  # noqa: S308


@require_POST
@login_required
def claim(request: UserRequest, offer_id: UUID) -> HttpResponse:
    """Claim an offer; a repeated tap leads to the same run."""
    driver = driver_of(request.user)
    row = offer_of(driver, offer_id)
    now = timezone.now()
    try:
        accept_offer(offer_id=row.pk, now=now)
    except DomainError as refusal:
        return show_offer(request, card_of(offer_of(driver, offer_id), now, get_language() or "en"), refusal)
    return redirect("portal:run")


@require_POST
@login_required
def decline(request: UserRequest, offer_id: UUID) -> HttpResponse:
    """Say no to an offer; it is never scored."""
    driver = driver_of(request.user)
    reason = request.POST.get("reason", "")[:60]
    try:
        decline_offer(offer_id=offer_of(driver, offer_id).pk, reason=reason, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
    return redirect("portal:home")

"""Taking a basket to another store: asked first, told afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from orders.actions.cart_moves import Moved
from orders.queries.moving import Preview, preview_move
from orders.views.visit import Visit, show
from stores.models import Store
from stores.queries.places import store_for

NOT_SENT_ON = frozenset({"csrfmiddlewaretoken", "move"})


@dataclass(frozen=True, slots=True)
class MoveQuestion:
    """The page's question: which store, what happens to the basket, and the form to send once more."""

    store: Store
    zip_code: str
    preview: Preview
    fields: tuple[tuple[str, str], ...]


def own_store(visit: Visit, zip_code: str) -> Store | None:
    """The store of a basket that is not empty, when it delivers to a ZIP code as well: then nothing has to move."""
    cart = visit.cart
    if cart is None or not cart.store.service_zips.filter(zip_code=zip_code).exists():
        return None
    return cart.store if cart.lines.exists() else None


def serving(visit: Visit, zip_code: str) -> Store | None:
    """The store that brings to a ZIP code: the basket's own if it does, else another, or None."""
    cart = visit.cart
    if cart is not None and cart.store.service_zips.filter(zip_code=zip_code).exists():
        return cart.store
    return store_for(zip_code)


def ask_to_move(request: HttpRequest, visit: Visit, store: Store, zip_code: str) -> HttpResponse | None:
    """Ask before a basket with something in it goes to another store; None when it stays, or was agreed to."""
    cart = visit.cart
    if cart is None or cart.store_id == store.pk or request.POST.get("move") == str(store.public_id):
        return None
    preview = preview_move(cart, store)
    if preview.is_empty:
        return None
    fields = tuple((name, value) for name, value in request.POST.items() if name not in NOT_SENT_ON)
    question = MoveQuestion(store, zip_code, preview, tuple((name, str(value)) for name, value in fields))
    return show(request, "shop/move.html", visit, {"question": question}, status=409)


def tell_move(request: HttpRequest, store: Store, moved: Moved) -> None:
    """Say what a change of store did to the basket."""
    for names, text in (
        (moved.missing, _("%(store)s does not have: %(names)s. We set them aside in case you go back.")),
        (moved.fewer, _("%(store)s has fewer of: %(names)s. We set the rest aside in case you go back.")),
        (moved.joined, _("Also in your basket at %(store)s from before: %(names)s.")),
    ):
        if names:
            messages.warning(request, text % {"store": store.name, "names": _listed(names)})
    if moved.back:
        messages.info(request, _("Back in your basket: %(names)s.") % {"names": _listed(moved.back)})


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)

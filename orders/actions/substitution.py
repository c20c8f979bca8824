"""Putting something else in the bag: by the shopper's wish, or by asking them."""

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from common.errors import DomainError
from common.money import price, split
from common.sweeping import each
from common.transactions import needs_transaction
from events.actions.record import record
from orders.actions.picking import (
    MOST_POUNDS,
    NeedsWeight,
    WrongQuantity,
    decide,
    forget_substitution,
    most_cents,
    open_line,
    tax_bp_of,
)
from orders.actions.stock import give_back, lock_shelves_of, take
from orders.models import Line, Substitution, Wish
from orders.states import LineStatus, OrderStatus
from stores.models import StoreItem
from stores.queries.substitutes import LARGEST, WEIGHT, amount_of, compare, size_ratio

TIME_TO_DECIDE = timedelta(minutes=10)


class NoSubstituteWanted(DomainError):
    """The shopper wants no substitute for this line. Mark it not available, or ask them."""

    code = "no_substitute_wanted"


class OtherSubstituteWanted(DomainError):
    """The shopper chose which item should replace this one. Take that, or ask them."""

    code = "other_substitute_wanted"


class UnfitSubstitute(DomainError):
    """This item cannot stand in for that one."""

    code = "unfit_substitute"


class NotAlike(DomainError):
    """This is not the same kind of item. Ask the shopper first."""

    code = "not_alike"


class AlreadyDecided(DomainError):
    """This was decided already."""

    code = "already_decided"


@transaction.atomic(durable=True)
def substitute_line(
    *,
    line_id: int,
    store_item_id: int,
    quantity: int,
    picker_id: int,
    now: datetime,
    pounds: Decimal | None = None,
) -> Line:
    """Put a substitute in the bag as the shopper wished; it costs the original's price at most (S10).

    Locks the order, then the substitute's shelf. Substituting again replaces the substitute.

    Raises:
        NoSubstituteWanted, OtherSubstituteWanted: the wish says otherwise; `propose_substitute` asks.
        UnfitSubstitute: another store's, alcohol or age-limited where the original is not, or the same item.
        NotAlike: another kind, diet, size or temperature than was asked for, and not the shopper's own choice.
        WrongQuantity, NeedsWeight, NotThatMany: what was entered cannot be right.
    """
    line = open_line(line_id)
    if line.wish == Wish.NONE:
        raise NoSubstituteWanted
    if line.wish == Wish.THIS and line.wish_item_id is not None and line.wish_item_id != store_item_id:
        raise OtherSubstituteWanted
    found = fitting(line, store_item_id, quantity, pounds)
    if not may_go_unasked(line, found.store_item):
        raise NotAlike
    check_amount(line, found)
    found.charged_cents = min(found.shelf_total_cents, unasked_cents(line, found))
    return settle(line, found, picker_id=picker_id, now=now)


@transaction.atomic(durable=True)
def propose_substitute(
    *, line_id: int, store_item_id: int, quantity: int, now: datetime, pounds: Decimal | None = None
) -> Substitution:
    """Ask the shopper about a substitute at its own price; the line waits until they answer or the time is up (S9).

    Its price stays within what was held for the line. The picker holds the pieces meanwhile: they are off the shelf's
    count, and back on it after a no. Asking the same again returns the open question.
    """
    line = open_line(line_id, even_asked=True)
    asked = Substitution.objects.filter(line=line, status=Substitution.Status.PROPOSED).first()
    if asked is not None and asked.store_item_id == store_item_id:
        return asked
    found = fitting(line, store_item_id, quantity, pounds)
    lock_shelves_of(line, store_item_id)
    forget_substitution(line)
    take(found)
    found.charged_cents = min(found.shelf_total_cents, most_cents(line))
    found.status = Substitution.Status.PROPOSED
    found.created_at, found.decide_by = now, now + TIME_TO_DECIDE
    found.save()
    record("substitution.proposed", at=now, order_id=line.order_id, substitution_id=found.pk)
    return found


@transaction.atomic(durable=True)
def decide_substitution(*, substitution_id: int, approve: bool, now: datetime) -> Substitution:
    """Take the shopper's answer; the same answer again changes nothing.

    Raises:
        AlreadyDecided: it was answered otherwise, or the time was up.
    """
    return answer(substitution_id, approve=approve, now=now)


@transaction.atomic(durable=True)
def decide_overdue_substitution(*, substitution_id: int, now: datetime) -> Substitution:
    """Decide a question nobody answered by what the shopper said beforehand: no substitute means none.

    Who agreed to the best match gets a substitute that is the same in all that matters, at the original's price at
    most. Nobody gets another kind of thing by saying nothing.
    """
    found = Substitution.objects.select_related("line__store_item__item", "store_item__item").get(pk=substitution_id)
    wants = found.line.wish != Wish.NONE and may_go_unasked(found.line, found.store_item)
    return answer(substitution_id, approve=wants, now=now, at_most=unasked_cents(found.line, found))


def decide_overdue_substitutions(*, now: datetime, limit: int = 100) -> int:
    """Decide every question whose time is up; return how many. Those of a cancelled order stay as they were left."""
    due = Substitution.objects.filter(
        status=Substitution.Status.PROPOSED, decide_by__lte=now, line__order__status=OrderStatus.PICKING
    )
    keys = list(due.order_by("decide_by").values_list("pk", flat=True)[:limit])
    each(keys, lambda key: _decide_if_open(key, now), sweep="substitutions")
    return len(keys)


def _decide_if_open(substitution_id: int, now: datetime) -> None:
    with suppress(DomainError, Substitution.DoesNotExist):  # answered in this very moment
        decide_overdue_substitution(substitution_id=substitution_id, now=now)


@needs_transaction
def answer(substitution_id: int, *, approve: bool, now: datetime, at_most: int | None = None) -> Substitution:
    """Settle an open question one way or the other."""
    line_id = Substitution.objects.values_list("line_id", flat=True).get(pk=substitution_id)
    wanted = Substitution.Status.APPROVED if approve else Substitution.Status.REFUSED
    found = Substitution.objects.get(pk=substitution_id)
    if found.status == wanted:
        return found
    if found.status != Substitution.Status.PROPOSED:
        raise AlreadyDecided
    line = open_line(line_id, even_asked=True)
    found = Substitution.objects.get(pk=substitution_id)  # again, now that the order is locked
    if found.status != Substitution.Status.PROPOSED:
        raise AlreadyDecided
    found.decided_at = now
    if approve:
        found.charged_cents = found.charged_cents if at_most is None else min(found.charged_cents, at_most)
        settle(line, found, picker_id=None, now=now)
        return found
    lock_shelves_of(line)
    give_back(found)
    found.status = Substitution.Status.REFUSED
    found.save(update_fields=["status", "decided_at", "taken"])
    line.final_cents, line.picked_pounds = 0, None
    decide(line, LineStatus.SHORT, quantity=0, picker_id=None, now=now)
    return found


def fitting(line: Line, store_item_id: int, quantity: int, pounds: Decimal | None) -> Substitution:
    """A substitution that could be made, priced from the shelf and not saved."""
    shelf = StoreItem.objects.select_related("item").filter(pk=store_item_id).first()
    if shelf is None or shelf.store_id != line.order.store_id:
        raise UnfitSubstitute("That item is not on this store's shelf.")
    if shelf.pk == line.store_item_id:
        raise UnfitSubstitute("That is the item itself.")
    if shelf.item.age_limit > line.age_limit:
        raise UnfitSubstitute("That item may only be sold to adults, and the original was not.")
    if compare(line.store_item.item, shelf.item).never:
        raise UnfitSubstitute("That item contains alcohol, and the original does not.")
    if not 1 <= quantity <= line.quantity:
        raise WrongQuantity(f"The shopper asked for {line.quantity}: take between 1 and {line.quantity}.")
    if shelf.item.is_weighed and (pounds is None or not pounds.is_finite() or not 0 < pounds <= MOST_POUNDS):
        raise NeedsWeight
    weight = pounds if shelf.item.is_weighed and pounds is not None else Decimal(quantity)
    return Substitution(
        line=line,
        store_item=shelf,
        name=shelf.item.name,
        quantity=quantity,
        pounds=pounds if shelf.item.is_weighed else None,
        shelf_price_cents=shelf.price_cents,
        shelf_total_cents=price(shelf.price_cents, weight),
    )


def may_go_unasked(line: Line, shelf: StoreItem) -> bool:
    """Whether an article may replace a line unasked: the shopper chose it, or nothing that matters differs."""
    if line.wish == Wish.THIS and line.wish_item_id is not None:
        return line.wish_item_id == shelf.pk
    return compare(line.store_item.item, shelf.item).is_alike


def check_amount(line: Line, found: Substitution) -> None:
    """Refuse more of a weighed substitute than was asked for, with what a scale forgives."""
    ratio = size_ratio(line.store_item.item, found.store_item.item)
    if found.pounds is None or ratio is None:
        return
    measure, amount = amount_of(line.store_item.item)
    most = amount * line.quantity * LARGEST / 16 if measure == WEIGHT else found.pounds
    if found.pounds > most:
        raise WrongQuantity(f"That is more than the shopper asked for: take at most {most:.2f} lb.")


def unasked_cents(line: Line, found: Substitution) -> int:
    """What a substitute may cost at most without a question: never more than the original, by piece and by amount."""
    cap = cap_cents(line, found.quantity)
    ratio = size_ratio(line.store_item.item, found.store_item.item)
    if ratio is None or line.is_weighed or found.pounds is not None or ratio >= 1:
        return cap
    return int(cap * ratio)


def cap_cents(line: Line, quantity: int) -> int:
    """What as many pieces of the original were to cost: a substitute costs no more than this."""
    pieces = min(quantity, line.quantity)
    return (
        split(line.estimated_cents, [pieces, line.quantity - pieces])[0]
        if pieces < line.quantity
        else line.estimated_cents
    )


@needs_transaction
def settle(line: Line, found: Substitution, *, picker_id: int | None, now: datetime) -> Line:
    """Put the substitute in the bag: take its pieces off the shelf and charge for it what was agreed."""
    lock_shelves_of(line, found.store_item_id)
    if found.pk is None:
        forget_substitution(line)
        take(found)
        found.created_at, found.decided_at = now, now
    shelf = StoreItem.objects.select_related("item").get(pk=found.store_item_id)
    found.status = Substitution.Status.APPROVED
    found.save()
    line.final_cents, line.picked_pounds = found.charged_cents, found.pounds
    line.tax_bp = tax_bp_of(shelf, line.order)
    return decide(line, LineStatus.SUBSTITUTED, quantity=found.quantity, picker_id=picker_id, now=now)

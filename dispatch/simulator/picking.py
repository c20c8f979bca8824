"""Picking as staff do: line by line, on the scale, sometimes without luck."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from random import Random

from orders.actions.picking import pick_line, short_line, start_picking
from orders.actions.staging import Bags, mark_ready, stage_bags
from orders.actions.substitution import substitute_line
from orders.models import Line, Order, Wish
from orders.states import LineStatus
from stores.catalogue_data import ROOM_OF_A_BAG
from stores.models import StoreItem
from stores.queries.shelf import alternatives

OUT, REPLACED = 0.03, 0.08  # how often an article is not there, and how often something else is found for it
CENT_POUND = Decimal("0.01")


def pick_order(order: Order, picker_id: int, actor: str, dice: Random, *, now: datetime) -> None:
    """Pick, stage and finish a whole order at one moment."""
    start_picking(order_id=order.pk, picker_id=picker_id, by=actor, now=now)
    for line in lines_to_pick(order):
        pick_next(line, picker_id, dice, now=now)
    stage_order(order, dice, now=now)
    mark_ready(order_id=order.pk, by=actor, now=now)


def lines_to_pick(order: Order) -> list[Line]:
    """What is left to pick, in the order of the aisles."""
    left = order.lines.filter(status=LineStatus.TO_PICK).select_related("store_item__item")
    return list(left.order_by("store_item__aisle__walk_order", "pk"))


def pick_next(line: Line, picker_id: int, dice: Random, *, now: datetime) -> None:
    """Deal with one line: mostly it is there, sometimes something else is, seldom nothing."""
    is_only = not line.order.lines.exclude(pk=line.pk).exclude(status=LineStatus.SHORT).exists()
    luck = 1.0 if is_only else dice.random()
    if luck < REPLACED and line.wish != Wish.NONE:
        other = _alternative(line)
        if other is not None:
            substitute_line(
                line_id=line.pk,
                store_item_id=other.pk,
                quantity=line.quantity,
                picker_id=picker_id,
                now=now,
                pounds=_weigh(other.item.piece_pounds * line.quantity, dice) if other.item.piece_pounds else None,
            )
            return
    if luck < OUT:
        short_line(line_id=line.pk, picker_id=picker_id, now=now)
        return
    pounds = _weigh(line.estimated_pounds, dice) if line.is_weighed else None
    pick_line(line_id=line.pk, quantity=line.quantity, picker_id=picker_id, now=now, pounds=pounds)


def _alternative(line: Line) -> StoreItem | None:
    """What the shopper named, or what is alike and there."""
    shelf = StoreItem.objects.filter(store=line.store_item.store_id, is_available=True, stock__gte=line.quantity)
    if line.wish == Wish.THIS and line.wish_item_id is not None:
        return shelf.select_related("item").filter(pk=line.wish_item_id).first()
    alike = [one.store_item_id for one in alternatives(line.store_item.store_id, line.store_item)]
    return shelf.select_related("item").filter(pk__in=alike).order_by("pk").first()


def _weigh(pounds: Decimal, dice: Random) -> Decimal:
    """What the scale shows: a few per cent off the estimate."""
    return max(CENT_POUND, (pounds * Decimal(str(round(dice.uniform(0.93, 1.07), 3)))).quantize(CENT_POUND))


def stage_order(order: Order, dice: Random, *, now: datetime) -> None:
    """Put the bags of each cold class in one of the store's places for it."""
    room: defaultdict[str, int] = defaultdict(int)
    picked = order.lines.exclude(status=LineStatus.SHORT).select_related("substitution__store_item__item")
    for line in picked:
        if line.status == LineStatus.SUBSTITUTED:
            item = line.substitution.store_item.item
            room[item.cold_class] += item.room * line.picked_quantity
        else:
            room[line.cold_class] += line.room * line.picked_quantity
    places = order.store.staging_places
    bags = [
        Bags(cold, dice.choice(places.get(cold) or [f"{cold[:1].upper()}1"]), max(1, -(-units // ROOM_OF_A_BAG)))
        for cold, units in sorted(room.items())
    ]
    stage_bags(order_id=order.pk, bags=bags, now=now)

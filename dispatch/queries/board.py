"""The operations board: every delivery that is not over, by what it waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dispatch.models import Alarm, Delivery, Offer, OfferItem, Stop
from dispatch.states import DeliveryStatus, OfferStatus
from stores.models import Market

RISK = timedelta(minutes=30)
IN_HAND = timedelta(minutes=5)  # an estimate this close to the promise is still a risk
MOST_CARDS = 400
LIVE = (DeliveryStatus.READY, DeliveryStatus.CLAIMED, DeliveryStatus.AT_STORE, DeliveryStatus.PICKED_UP)
BACK = (DeliveryStatus.FAILED, DeliveryStatus.RETURNING)
SHOWN = (*LIVE, *BACK)
COLUMNS = {
    "late": "Late risk, no driver",
    "unassigned": "Unassigned",
    "offered": "Offered",
    "claimed": "Claimed",
    "at_store": "At store",
    "en_route": "En route",
}
COLUMN_OF = {
    DeliveryStatus.CLAIMED: "claimed",
    DeliveryStatus.AT_STORE: "at_store",
    DeliveryStatus.PICKED_UP: "en_route",
    DeliveryStatus.FAILED: "late",
    DeliveryStatus.RETURNING: "late",
}


ON_THE_ROAD = ("claimed", "at_store", "en_route")


@dataclass(frozen=True, slots=True)
class Card:
    """One delivery on the board."""

    public_id: UUID
    number: str
    store: str
    area: str
    driver: str
    status: str
    state: str
    column: str
    due_by: datetime
    is_today: bool
    expected_at: datetime | None
    minutes_late: int
    is_late: bool
    at_risk: bool
    step: str
    asked: str
    offers: int
    is_quarantined: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One state of the board with its cards, the most pressing first."""

    code: str
    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One market now."""

    market: Market
    at: datetime
    columns: tuple[Column, ...]
    alarms: int
    planned: int
    delivered: int
    markets: tuple[Market, ...]

    @property
    def under_way(self) -> int:
        """Deliveries that a driver has: the cards of the last three columns."""
        return sum(len(column.cards) for column in self.columns if column.code in ON_THE_ROAD)

    @property
    def at_risk(self) -> int:
        """Deliveries whose promise may be broken, whoever has them."""
        return sum(card.at_risk for column in self.columns for card in column.cards)

    @property
    def total(self) -> int:
        """Deliveries on the board."""
        return sum(len(column.cards) for column in self.columns)


def board_of(*, market: Market, markets: Sequence[Market], now: datetime) -> Board:
    """Read a market's board. Three queries, however much is on it."""
    cards = [card_of(one, now) for one in deliveries_on_board(market)[:MOST_CARDS]]
    today = now.astimezone(market.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = Delivery.objects.filter(market=market).aggregate(
        planned=Count("pk", filter=Q(status=DeliveryStatus.PLANNED)),
        delivered=Count("pk", filter=Q(status=DeliveryStatus.DELIVERED, delivered_at__gte=today)),
    )
    return Board(
        market=market,
        at=now,
        columns=tuple(
            Column(code, title, tuple(card for card in cards if card.column == code)) for code, title in COLUMNS.items()
        ),
        alarms=Alarm.objects.filter(market=market, resolved_at__isnull=True).count(),
        planned=counted["planned"],
        delivered=counted["delivered"],
        markets=tuple(markets),
    )


def deliveries_on_board(market: Market) -> QuerySet[Delivery]:
    """Deliveries that somebody may have to look at, with their driver, open offers and next expected drop."""
    held = OfferItem.objects.filter(delivery=OuterRef("pk"), offer__status=OfferStatus.OPEN).order_by()
    open_offers = held.values("delivery").annotate(n=Count("pk")).values("n")
    reserved = held.exclude(offer__kind=Offer.Kind.BOARD)
    drop = Stop.objects.filter(delivery=OuterRef("pk"), run=OuterRef("claimed_run"), kind=Stop.Kind.DROP)
    return (
        Delivery.objects.filter(market=market, status__in=SHOWN)
        .select_related("order", "store", "market", "claimed_run__driver")
        .annotate(
            offer_count=Coalesce(Subquery(open_offers, output_field=IntegerField()), 0),
            asked=Subquery(reserved.values("offer__driver__first_name")[:1]),
            drop_eta=Subquery(drop.values("eta_at")[:1]),
        )
        .order_by("due_by", "pk")
    )


def card_of(delivery: Delivery, now: datetime) -> Card:
    """One delivery as a card; its column is its state, unless its promise is at risk and no driver is on the way."""
    offers: int = delivery.offer_count  # type: ignore[attr-defined]  # annotated
    eta: datetime | None = delivery.drop_eta  # type: ignore[attr-defined]  # annotated
    expected = max(eta, now) if eta else None
    state = COLUMN_OF.get(DeliveryStatus(delivery.status)) or ("offered" if offers else "unassigned")
    at_risk = is_at_risk(delivery, expected, now)
    overdue = max(now, expected or now) - delivery.due_by
    return Card(
        public_id=delivery.public_id,
        number=delivery.order.number,
        store=delivery.store.name,
        area=delivery.drop_area,
        driver=delivery.claimed_run.driver.first_name if delivery.claimed_run else "",
        status=delivery.get_status_display(),
        state=COLUMNS[state] if state != "late" else delivery.get_status_display(),
        column="late" if at_risk and state not in ON_THE_ROAD else state,
        due_by=delivery.due_by,
        is_today=delivery.due_by.astimezone(delivery.market.zone).date() == now.astimezone(delivery.market.zone).date(),
        expected_at=expected,
        minutes_late=max(0, -(-int(overdue.total_seconds()) // 60)),
        is_late=delivery.is_late(now),
        at_risk=at_risk,
        step=delivery.get_step_display(),
        asked=delivery.asked or "",  # type: ignore[attr-defined]  # annotated
        offers=offers,
        is_quarantined=delivery.quarantined_at is not None,
    )


def is_at_risk(delivery: Delivery, expected: datetime | None, now: datetime) -> bool:
    """Whether a promise may be broken: expected too close to its end, or nobody on it and little time left."""
    if delivery.status in BACK or delivery.quarantined_at is not None or delivery.is_late(now):
        return True
    if expected is None:
        return now > delivery.due_by - RISK
    return expected > delivery.due_by - IN_HAND


def open_alarms(market: Market | None = None) -> QuerySet[Alarm]:
    """Alarms nobody has seen to, the newest first."""
    rows = Alarm.objects.filter(resolved_at__isnull=True).select_related("market", "delivery__order", "delivery__store")
    return (rows.filter(market=market) if market else rows).order_by("-at", "-pk")

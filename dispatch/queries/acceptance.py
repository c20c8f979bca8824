"""What a market's drivers have made of its offers lately."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.db.models import Count, F, FloatField, Func, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast, Greatest

from dispatch.engine.acceptance import BAND_CENTS, SHORTEST_SECONDS, Acceptance
from dispatch.models import Offer
from dispatch.states import OfferStatus

LOOKED_BACK = timedelta(days=14)
HOLDS_SECONDS = 600  # a few hundred offers more change little, and counting them costs
ANSWERED = (OfferStatus.ACCEPTED, OfferStatus.DECLINED)


def acceptance_of(*, market_id: int, now: datetime) -> Acceptance:
    """Belief about a market's offers: the documented prior, and what was answered in the last two weeks.

    Counted are offers by pay alone, never drivers (D7). An offer that ran out counts as not taken where it was seen or
    reserved; one that was withdrawn, as when another driver was quicker, says nothing. One statement, held in this
    process for ten minutes.
    """
    key = f"acceptance:{market_id}"
    told: list[tuple[int, int, int]] | None = cache.get(key)
    if told is None:
        told = list(_by_band(market_id, now))
        cache.set(key, told, HOLDS_SECONDS)
    return Acceptance.prior().counted(told)


def _by_band(market_id: int, now: datetime) -> QuerySet[Offer, tuple[int, int, int]]:
    """Band, offers taken, offers that were answered or ran out."""
    looked_at = Q(kind=Offer.Kind.RESERVED) | Q(seen_at__isnull=False)
    ended = Q(status__in=ANSWERED) | Q(looked_at, status=OfferStatus.EXPIRED)
    hourly = Cast(F("pay_cents") + F("tip_cents"), FloatField()) * 3_600 / Greatest("added_seconds", SHORTEST_SECONDS)
    edges = Value([float(edge) for edge in BAND_CENTS], output_field=ArrayField(FloatField()))
    rows = Offer.objects.filter(ended, market=market_id, made_at__gt=now - LOOKED_BACK, made_at__lte=now)
    return (
        rows.exclude(kind=Offer.Kind.ASSIGNED)
        .annotate(band=Func(hourly, edges, function="width_bucket", output_field=IntegerField()) - 1)
        .values("band")
        .annotate(taken=Count("pk", filter=Q(status=OfferStatus.ACCEPTED)), made=Count("pk"))
        .order_by("band")
        .values_list("band", "taken", "made")
    )

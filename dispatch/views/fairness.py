"""How offers and pay spread over a market's drivers, for operations (O9)."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.charts import Chart, Table, bars, lines
from common.http import UserRequest
from common.money import dollars
from dispatch.access.ops import chosen_market
from dispatch.queries.fairness import market_fairness
from dispatch.terms.fairness import FEWEST, Fairness, Group
from dispatch.views.ops_base import desk, markets, operators_only

PERIODS = (7, 28)


@operators_only
@require_GET
def fairness(request: UserRequest) -> HttpResponse:
    """One market's last seven or twenty-eight days, in groups of drivers."""
    market = chosen_market(every := markets(), request.GET.get("market", ""))
    days = PERIODS[-1] if request.GET.get("days") == str(PERIODS[-1]) else PERIODS[0]
    now = timezone.now()
    found = market_fairness(market=market, since=now - timedelta(days=days), now=now)
    context = {
        **desk("fairness"),
        "market": market,
        "markets": every,
        "days": days,
        "periods": PERIODS,
        "fairness": found,
        "fewest": FEWEST,
        "asked": f"{found.asked_share:.0%}",
        "charts": charts_of(found),
    }
    return render(request, "ops/fairness.html", context)


def charts_of(found: Fairness) -> list[Chart]:
    """The curve of all drivers, then each way to group them."""
    tenths = tuple((f"{10 * k} %", f"{share:.0%}") for k, share in enumerate(found.lorenz))
    curve = Chart(
        _("How earnings are spread"),
        _("Share of all earnings per open hour that the lower part of the drivers has; a higher line is more even."),
        Table(_("How earnings are spread"), (_("Lower part of drivers"), _("Share of earnings")), tenths),
        lines=lines([(_("Drivers"), found.lorenz), (_("All alike"), [k / 10 for k in range(11)])], whole=1),
        top=_("all earnings"),
        left=_("no driver"),
        right=_("all drivers"),
    )
    named = ((_("By home area"), found.areas), (_("By hours online"), found.hours), (_("By room"), found.rooms))
    return [curve, *(_grouped(title, groups) for title, groups in named if groups)]


def _grouped(title: str, groups: Sequence[Group]) -> Chart:
    head = (
        _("Drivers of"), _("Drivers"), _("Offers seen"), _("Claimed"), _("Seen an hour"), _("Earned an hour"),
        _("Pay per added hour"), _("Waiting since last offer"),
    )  # fmt: skip
    return Chart(
        title,
        _("Offers seen for each hour that trips were open, all drivers of a group together."),
        Table(title, head, tuple(_cells(one) for one in groups)),
        bars=bars(
            [(one.name, f"{one.offers_an_hour:.2f}", one.offers_an_hour) for one in groups], tones=[2] * len(groups)
        ),
    )


def _cells(one: Group) -> tuple[str, ...]:
    per_added_hour, waited = one.cents_an_added_hour, one.waited_seconds
    return (
        one.name,
        str(one.drivers),
        str(one.offers),
        str(one.deliveries),
        f"{one.offers_an_hour:.2f}",
        dollars(one.cents_an_hour),
        "" if per_added_hour is None else dollars(per_added_hour),
        "" if waited is None else _("%(minutes)d min") % {"minutes": round(waited / 60)},
    )

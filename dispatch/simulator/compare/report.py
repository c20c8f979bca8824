"""A comparison as one HTML file that needs nothing else: no script, no font, no picture from anywhere."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from common.charts import Chart, Table, bars, lines
from common.money import dollars
from dispatch.simulator.compare.fair_charts import fair_charts
from dispatch.simulator.compare.figures import Figures, Middle
from dispatch.simulator.compare.scenario import Scenario

Cells = Callable[[Figures], tuple[str, ...]]
SHEET = Path(settings.BASE_DIR) / "static" / "css" / "homeward.css"
FONTS = re.compile(r"@font-face\s*\{[^}]*\}")


def report(day: Scenario, found: Sequence[Figures], *, how: str) -> str:
    """The whole file. `how` says in a few words how the day was lived."""
    style, policy = own_style()
    context = {
        "title": f"{day.name}, {day.on:%-d %B %Y}",
        "lead": f"One day under {len(found)} policies. {how}",
        "facts": [
            ("Orders", f"{len(day.orders):,}"),
            ("Trips", f"{len(day.rides):,}"),
            ("Rule pack", day.pack.name),
            ("Seed", str(day.seed)),
        ],
        "charts": [*_charts(found), *fair_charts(found)],
        "style": style,
        "policy": policy,
    }
    return render_to_string("simulator/day.html", context)


def own_style() -> tuple[SafeString, str]:
    """Our stylesheet as an element, and the content policy that allows it and nothing else."""
    sheet = FONTS.sub("", SHEET.read_text(encoding="utf-8"))
    digest = b64encode(sha256(sheet.encode()).digest()).decode()
    element = format_html("<style>{}</style>", mark_safe(sheet))  # noqa: S308  # our own file, committed
    return element, f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'"


def _charts(found: Sequence[Figures]) -> Iterator[Chart]:
    yield Chart(
        "Served",
        "Share of the orders that were not cancelled which came to their door.",
        _table("Orders by what became of them", ("Placed", "Served", "Unserved", "Cancelled"), found,
               lambda f: (f"{f.placed:,}", f"{f.served:,}", f"{f.unserved:,}", f"{f.cancelled:,}")),
        bars(((f.title, f"{f.served_share:.1%}", f.served_share) for f in found), whole=1),
    )  # fmt: skip
    yield Chart(
        "On time",
        "Share of the orders that were not cancelled which came within their window.",
        _table("Orders on time", ("On time", "Late", "Share"), found,
               lambda f: (f"{f.on_time:,}", f"{f.served - f.on_time:,}", f"{f.on_time_share:.1%}")),
        bars(((f.title, f"{f.on_time_share:.1%}", f.on_time_share) for f in found), whole=1),
    )  # fmt: skip
    yield Chart(
        "Added minutes a delivery",
        "What a delivery adds to the drive its driver makes anyway, on average.",
        _table("Added minutes a delivery", ("Median", "9 in 10", "Mean"), found, lambda f: _middle(f.added_minutes)),
        bars((f.title, f"{f.added_minutes.mean:.1f} min", f.added_minutes.mean) for f in found),
    )
    yield Chart(
        "Driver pay per added hour",
        "All that drivers earned, tips included, over the time their drives became longer.",
        _table("Pay per added hour", ("Per added hour", "Runs", "No-shows"), found,
               lambda f: (dollars(f.cents_an_added_hour), f"{f.runs:,}", f"{f.no_shows:,}")),
        bars((f.title, dollars(f.cents_an_added_hour), f.cents_an_added_hour) for f in found),
    )  # fmt: skip
    yield Chart(
        "Cost per delivery",
        "What the house pays drivers for a delivery, without tips.",
        _table("Cost per delivery", ("Per delivery", "Offers made"), found,
               lambda f: (dollars(f.cost_cents), f"{f.offers:,}")),
        bars((f.title, dollars(f.cost_cents), f.cost_cents) for f in found),
    )  # fmt: skip
    yield Chart(
        "Wait for a driver",
        "Minutes from the bags being ready to a driver's claim, on average over what was served.",
        _table(
            "Minutes from ready to claimed", ("Median", "9 in 10", "Mean"), found, lambda f: _middle(f.wait_minutes)
        ),
        bars((f.title, f"{f.wait_minutes.mean:.1f} min", f.wait_minutes.mean) for f in found),
    )
    yield _by_hour(found)


def _by_hour(found: Sequence[Figures]) -> Chart:
    hours = sorted({hour for f in found for hour in f.served_by_hour}) or [0]
    every = range(hours[0], hours[-1] + 1)
    series = [(f.title, [f.served_by_hour.get(hour, 0) for hour in every]) for f in found]
    most = max((value for _, values in series for value in values), default=0)
    return Chart(
        "Deliveries by hour",
        "How many orders came to their doors in each hour of the day.",
        Table("Deliveries by hour", ("Hour", *(f.title for f in found)),
              tuple((f"{hour}:00", *(str(f.served_by_hour.get(hour, 0)) for f in found)) for hour in every)),
        lines=lines(series),
        top=f"{most} an hour",
        left=f"{every[0]}:00",
        right=f"{every[-1]}:00",
    )  # fmt: skip


def _middle(one: Middle) -> tuple[str, ...]:
    return tuple(f"{value:.1f}" for value in (one.p50, one.p90, one.mean))


def _table(caption: str, head: tuple[str, ...], found: Sequence[Figures], cells: Cells) -> Table:
    return Table(caption, ("Policy", *head), tuple((f.title, *cells(f)) for f in found))

"""How evenly a day's offers and earnings lay on its drivers, as charts; groups only, never one driver."""

from collections.abc import Callable, Iterator, Sequence

from common.charts import Chart, Table, bars, lines
from common.money import dollars
from dispatch.simulator.compare.figures import Figures
from dispatch.terms.fairness import Fairness, Group


def fair_charts(found: Sequence[Figures]) -> Iterator[Chart]:
    """The curve of Lorenz, then offers by home area and by hours online."""
    known = [(f.title, f.fairness) for f in found]
    yield Chart(
        "How earnings are spread",
        "Share of all earnings per open hour that the lower part of the drivers has; a higher line is more even.",
        Table("How earnings per open hour are spread", ("Policy", "Jain", "Gini", "Asked at all"),
              tuple((title, f"{one.jain:.3f}", f"{one.gini:.3f}", f"{one.asked_share:.0%}") for title, one in known)),
        lines=lines([(title, one.lorenz) for title, one in known], whole=1),
        top="all earnings",
        left="no driver",
        right="all drivers",
    )  # fmt: skip
    yield _by("home area", known, lambda one: one.areas)
    yield _by("hours online", known, lambda one: one.hours)


def _by(what: str, known: Sequence[tuple[str, Fairness]], groups: Callable[[Fairness], Sequence[Group]]) -> Chart:
    rows = [(title, group) for title, one in known for group in groups(one)]
    tones = [number for number, (_, one) in enumerate(known) for _ in groups(one)]
    return Chart(
        f"Offers by {what}",
        "Offers an hour that a trip was open, all drivers of a group together.",
        Table(
            f"Drivers by {what}",
            ("Policy and group", "Drivers", "Offers an hour", "Deliveries", "Earned an hour"),
            tuple(
                (f"{title}: {one.name}", str(one.drivers), f"{one.offers_an_hour:.2f}", str(one.deliveries),
                 dollars(one.cents_an_hour))
                for title, one in rows
            ),
        ),
        bars=bars(
            ((f"{title}: {one.name}", f"{one.offers_an_hour:.2f}", one.offers_an_hour) for title, one in rows),
            tones=tones,
        ),
    )  # fmt: skip

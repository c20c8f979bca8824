"""A day under one policy after another, with how far it is."""

from collections.abc import Callable, Sequence

from dispatch.simulator.compare.figures import Figures, figures_of
from dispatch.simulator.compare.market_day import MarketDay
from dispatch.simulator.compare.policy import Policy
from dispatch.simulator.compare.scenario import HOUR, Scenario

Tell = Callable[[str, float], None]
STARTS_S, ENDS_S = 6 * HOUR, 23 * HOUR


def compare(day: Scenario, policies: Sequence[Policy], tell: Tell) -> list[Figures]:
    """Live the same day once for each policy; `tell` hears the policy's title and how much of its day is over."""
    found = []
    for policy in policies:

        def passed(second: int, title: str = policy.title) -> None:
            tell(title, min(1.0, max(0.0, (second - STARTS_S) / (ENDS_S - STARTS_S))))

        found.append(figures_of(MarketDay(day, policy).live(passed), policy.name, policy.title))
        tell(policy.title, 1.0)
    return found

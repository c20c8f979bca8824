"""A comparison as a table for people at a terminal: a line a figure, a column a policy."""

from collections.abc import Sequence

from rich.table import Table

from common.money import dollars
from dispatch.simulator.compare.figures import Figures


def table_of(found: Sequence[Figures], title: str) -> Table:
    """Everything that was counted."""
    table = Table("", *(f.title for f in found), title=title, title_justify="left", header_style="")
    rows = {
        "Orders placed": [str(f.placed) for f in found],
        "Served": [f"{f.served} ({f.served_share:.1%})" for f in found],
        "On time": [f"{f.on_time} ({f.on_time_share:.1%})" for f in found],
        "Unserved": [str(f.unserved) for f in found],
        "Cancelled": [str(f.cancelled) for f in found],
        "Added minutes a delivery": [f"{f.added_minutes.mean:.1f}" for f in found],
        "Pay per added hour": [dollars(f.cents_an_added_hour) for f in found],
        "Cost per delivery": [dollars(f.cost_cents) for f in found],
        "Minutes from ready to claimed": [f"{f.wait_minutes.mean:.1f}" for f in found],
        "Offers, runs, no-shows": [f"{f.offers}, {f.runs}, {f.no_shows}" for f in found],
        "Earnings: Jain, Gini": [f"{f.fairness.jain:.3f}, {f.fairness.gini:.3f}" for f in found],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    return table

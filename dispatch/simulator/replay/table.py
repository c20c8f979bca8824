"""A replay's figures as a table for people at a terminal."""

from rich.table import Table

from common.money import dollars
from dispatch.simulator.replay.figures import Figures, Spread


def table_of(figures: Figures, title: str) -> Table:
    """Everything that was counted, one line each."""
    table = Table("what", "figure", title=title, title_justify="left", header_style="", show_header=False)
    for section in (_service(figures), _effort(figures), _money(figures)):
        for name, value in section:
            table.add_row(name, value)
        table.add_section()
    return table


def _service(figures: Figures) -> list[tuple[str, str]]:
    share = 100 * figures.served / figures.placed if figures.placed else 0.0
    rows = [
        ("Orders placed", str(figures.placed)),
        ("Trips declared", str(figures.trips)),
        ("Orders picked and staged", str(figures.ready)),
        ("Orders offered to a driver", f"{figures.offered} (in {figures.offers} offers)"),
        ("Orders delivered (served)", f"{figures.served} ({share:.1f} % of those placed)"),
        ("Late", f"{figures.late} (worst {figures.worst_late.total_seconds() / 60:.1f} min)"),
    ]
    rows += [(f"Not served: {reason}", str(number)) for reason, number in figures.unserved.most_common()]
    return rows + [
        (f"Refused: {code.replace('_', ' ')}", str(number)) for code, number in figures.refused.most_common()
    ]


def _effort(figures: Figures) -> list[tuple[str, str]]:
    return [
        ("Added minutes a delivery", _spread(figures.added_minutes)),
        ("Added miles a delivery", _spread(figures.added_miles)),
        ("Driver's earning a delivery", _spread(figures.pay_cents, cents=True)),
        ("Pay per added hour, tips included", dollars(figures.pay_an_added_hour_cents)),
        ("Minutes from staged to claimed", _spread(figures.driver_wait_minutes)),
    ]


def _money(figures: Figures) -> list[tuple[str, str]]:
    money = figures.money
    return [
        ("Captured from cards", dollars(money.captured)),
        ("In the gateway's account", dollars(money.gateway_balance)),
        ("Offered to drivers", dollars(money.offered)),
        ("Paid to drivers for deliveries", dollars(money.paid)),
        ("  of it tips", dollars(money.tips)),
        ("  of it top-ups", dollars(money.topups)),
        ("Drivers' statements", dollars(money.statements)),
        ("Bank file", dollars(money.bank_file)),
        ("Sum of the ledger", dollars(money.ledger_sum)),
        ("Money", "balanced" if not money.faults() else "NOT balanced"),
    ]


def _spread(one: Spread, *, cents: bool = False) -> str:
    p50, p90, mean = ((dollars(round(v)) if cents else f"{v:.1f}") for v in (one.p50, one.p90, one.mean))
    return f"{p50} median, {p90} in nine of ten at most, {mean} on average"

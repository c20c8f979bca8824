"""A driver's statement, and as a spreadsheet: every delivery, what was offered and what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.clock import zone_of
from common.geo import miles
from common.sheets import Sheet
from payouts.holds import spoken_hold
from payouts.models import Earning, Statement

COLUMNS = (
    "earned at", "delivery", "what", "minutes engaged", "minutes added", "miles added",
    "offered pay", "offered tip", "paid", "tip", "top-up", "total",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """All that is on a statement."""

    statement: Statement
    earnings: Sequence[Earning]
    carried_from: Sequence[Statement]

    @property
    def zone(self) -> ZoneInfo:
        """The clock the driver lives by."""
        return self.statement.driver.market.zone

    @property
    def period(self) -> str:
        """The days it covers, both included."""
        zone = zone_of(self.statement.settlement.firm.timezone)
        first = self.statement.settlement.starts_at.astimezone(zone)
        last = self.statement.settlement.ends_at.astimezone(zone) - timedelta(days=1)
        return _("%(first)s to %(last)s, %(year)s") % {
            "first": date_format(first, "M j"),
            "last": date_format(last, "M j"),
            "year": last.year,
        }

    @property
    def payment(self) -> str:
        """Where the money goes, or why it does not go yet."""
        statement = self.statement
        if statement.hold_reason:
            return _("Not paid yet: %(reason)s It is carried to your next statement.") % {
                "reason": spoken_hold(statement.hold_reason)
            }
        words = (
            _("Paid to your account ending in %(last4)s, trace %(trace)s")
            if statement.trace_number
            else _("Will be paid to your account ending in %(last4)s")
        )
        return words % {"last4": statement.account_last4, "trace": statement.trace_number}

    @property
    def payment_of_driver(self) -> str:
        """The same for the firm, which is not the one who is paid."""
        statement = self.statement
        if statement.hold_reason:
            return f"Not paid yet: {spoken_hold(statement.hold_reason)} It is carried to the driver's next statement."
        account = f"the driver's account ending in {statement.account_last4}"
        if statement.trace_number:
            return f"Paid to {account}, trace {statement.trace_number}"
        return f"Will be paid to {account}"


def paper_of(statement: Statement) -> Paper:
    """Read what a statement is made of: three queries."""
    earnings = Earning.objects.filter(settlement=statement.settlement_id, driver=statement.driver_id)
    return Paper(
        statement=statement,
        earnings=list(earnings.order_by("earned_at", "pk")),
        carried_from=list(statement.carried_from.select_related("settlement").order_by("settlement__starts_at")),
    )


def statement_csv(paper: Paper) -> str:
    """The statement as a spreadsheet: a row a delivery, dollars with two places, cells that cannot be formulas."""
    out = StringIO()
    sheet = Sheet(out)
    sheet.row(COLUMNS)
    for one in paper.earnings:
        sheet.row(
            [
                f"{one.earned_at.astimezone(paper.zone):%Y-%m-%d %H:%M}",
                one.number or str(one.delivery_ref or "")[:8].upper(),
                one.label,
                f"{one.engaged_seconds / 60:.1f}",
                f"{one.added_seconds / 60:.1f}",
                f"{miles(one.added_metres):.1f}",
                *map(plain, (one.offered_pay_cents + one.unearned_pay_cents,)),
                *map(plain, (one.offered_tip_cents + one.unearned_tip_cents, one.pay_cents, one.tip_cents)),
                *map(plain, (one.topup_cents, one.total_cents)),
            ]
        )
    return out.getvalue()


def plain(cents: int) -> str:
    """Dollars as spreadsheets read them: -12.30."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"

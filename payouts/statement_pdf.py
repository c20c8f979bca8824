"""A driver's statement as printed pages."""

from collections.abc import Iterable
from io import BytesIO

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from common import paper as page
from common.geo import miles
from common.money import dollars
from payouts.papers import Paper

CELL = ParagraphStyle("cell", parent=page.BODY, fontSize=7.5, leading=9.5)
CELL_RIGHT = ParagraphStyle("cell right", parent=page.RIGHT, fontSize=7.5, leading=9.5)
CELL_HEAD = ParagraphStyle("cell head", parent=CELL, fontName=page.BOLD)
CELL_HEAD_RIGHT = ParagraphStyle("cell head right", parent=CELL_RIGHT, fontName=page.BOLD)
WIDTHS = [20, 55, 26, 17, 15, 15, 15, 17]  # millimetres, 180 in all


def statement_pdf(paper: Paper, *, is_own: bool = True) -> bytes:
    """The statement as printed pages, letter size, for its driver or else for the firm; the same rows, same bytes."""
    out = BytesIO()
    name = paper.statement.driver.user.name or paper.statement.driver.first_name
    document = SimpleDocTemplate(
        out, pagesize=LETTER, title=f"Statement of {name}, {paper.period}", author=paper.statement.settlement.firm.name,
        leftMargin=18 * mm, rightMargin=18 * mm, topMargin=16 * mm, bottomMargin=16 * mm, invariant=1,
    )  # fmt: skip
    document.build(list(_flow(paper, name, is_own)))
    return out.getvalue()


def _flow(paper: Paper, name: str, is_own: bool) -> Iterable[Flowable]:
    yield Paragraph(_("Statement"), page.TITLE)
    yield page.paragraph(f"{name} · {paper.period} · {paper.statement.settlement.firm.name}")
    yield Spacer(1, 6 * mm)
    yield _totals(paper)
    yield Spacer(1, 3 * mm)
    yield page.paragraph(paper.payment if is_own else paper.payment_of_driver)
    yield Spacer(1, 6 * mm)
    yield _lines(paper)
    yield Spacer(1, 4 * mm)
    words = _(
        "Every delivery is paid at least what its offer said; what fell short is in the top-up column. "
        "Tips are yours in full."
    )
    yield page.paragraph(words if is_own else words.replace("Tips are yours", "Tips are the driver's"))


def _totals(paper: Paper) -> Table:
    one = paper.statement
    rows = [
        (_("Deliveries"), str(one.deliveries)),
        (_("Pay"), dollars(one.pay_cents)),
        (_("Tips"), dollars(one.tip_cents)),
    ]
    if one.topup_cents:
        rows.append((_("Top-ups to what was offered"), dollars(one.topup_cents)))
    if one.carried_cents:
        rows.append((_("Carried from earlier statements"), dollars(one.carried_cents)))
    cells = [[page.paragraph(name), page.paragraph(amount, page.RIGHT)] for name, amount in rows]
    cells.append([page.paragraph(_("Total"), page.STRONG), page.paragraph(dollars(one.total_cents), page.TOTAL)])
    table = Table(cells, colWidths=[90 * mm, 40 * mm], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, -1), (-1, -1), 0.8, page.PLUM),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def _lines(paper: Paper) -> Table:
    """The deliveries: every cell wraps within its own column, so none runs into the next."""
    head = [_("When"), _("What"), _("Added"), _("Offered"), _("Paid"), _("Tip"), _("Top-up"), _("Total")]
    rows = [
        [
            f"{one.earned_at.astimezone(paper.zone):%b %d %H:%M}",
            f"{one.number} · {one.label}" if one.number else one.label,
            f"{one.added_seconds / 60:.0f} min, {miles(one.added_metres):.1f} mi",
            dollars(one.offered_cents),
            dollars(one.pay_cents),
            dollars(one.tip_cents),
            dollars(one.topup_cents),
            dollars(one.total_cents),
        ]
        for one in paper.earnings
    ]
    cells = [_cells(head, CELL_HEAD, CELL_HEAD_RIGHT), *(_cells(row, CELL, CELL_RIGHT) for row in rows)]
    table = Table(cells, colWidths=[width * mm for width in WIDTHS], repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, page.RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def _cells(row: list[str], left: ParagraphStyle, right: ParagraphStyle) -> list[Paragraph]:
    return [page.paragraph(text, left if place < 3 else right) for place, text in enumerate(row)]

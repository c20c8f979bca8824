"""A driver's statement as printed pages."""

from collections.abc import Iterable
from io import BytesIO

from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from common.geo import miles
from common.money import dollars
from payouts.papers import Paper

GREEN, PLUM, LINE = colors.HexColor("#0b6b3a"), colors.HexColor("#7a2e8e"), colors.HexColor("#e3e8e4")


def statement_pdf(paper: Paper) -> bytes:
    """The statement as printed pages, letter size; the same rows give the same bytes."""
    out = BytesIO()
    name = paper.statement.driver.user.name or paper.statement.driver.first_name
    page = SimpleDocTemplate(
        out, pagesize=LETTER, title=f"Statement of {name}, {paper.period}", author=paper.statement.settlement.firm.name,
        leftMargin=18 * mm, rightMargin=18 * mm, topMargin=16 * mm, bottomMargin=16 * mm, invariant=1,
    )  # fmt: skip
    page.build(list(_flow(paper, name)))
    return out.getvalue()


def _flow(paper: Paper, name: str) -> Iterable[Flowable]:
    styles = getSampleStyleSheet()
    title = ParagraphStyle("title", parent=styles["Title"], alignment=0, fontSize=20, textColor=GREEN, spaceAfter=2)
    body = ParagraphStyle("body", parent=styles["BodyText"], fontSize=10, leading=14)
    yield Paragraph(_("Statement"), title)
    yield Paragraph(_escaped(f"{name} · {paper.period} · {paper.statement.settlement.firm.name}"), body)
    yield Spacer(1, 6 * mm)
    yield _totals(paper)
    yield Spacer(1, 3 * mm)
    yield Paragraph(_escaped(paper.payment), body)
    yield Spacer(1, 6 * mm)
    yield _lines(paper)
    yield Spacer(1, 4 * mm)
    yield Paragraph(
        _(
            "Every delivery is paid at least what its offer said; what fell short is in the top-up column. "
            "Tips are yours in full."
        ),
        body,
    )


def _totals(paper: Paper) -> Table:
    one = paper.statement
    rows = [
        [_("Deliveries"), str(one.deliveries)],
        [_("Pay"), dollars(one.pay_cents)],
        [_("Tips"), dollars(one.tip_cents)],
    ]
    if one.topup_cents:
        rows.append([_("Top-ups to what was offered"), dollars(one.topup_cents)])
    if one.carried_cents:
        rows.append([_("Carried from earlier statements"), dollars(one.carried_cents)])
    rows.append([_("Total"), dollars(one.total_cents)])
    table = Table(rows, colWidths=[90 * mm, 40 * mm], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("ALIGN", (1, 0), (1, -1), "RIGHT"),
                ("LINEABOVE", (0, -1), (-1, -1), 0.8, PLUM),
                ("FONTNAME", (0, -1), (-1, -1), "Helvetica-Bold"),
                ("TEXTCOLOR", (1, -1), (1, -1), PLUM),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _lines(paper: Paper) -> Table:
    head = [_("When"), _("What"), _("Added"), _("Offered"), _("Paid"), _("Tip"), _("Top-up"), _("Total")]
    rows = [
        [
            f"{one.earned_at.astimezone(paper.zone):%b %d %H:%M}",
            one.label[:44],
            f"{one.added_seconds / 60:.0f} min, {miles(one.added_metres):.1f} mi",
            dollars(one.offered_cents),
            dollars(one.pay_cents),
            dollars(one.tip_cents),
            dollars(one.topup_cents),
            dollars(one.total_cents),
        ]
        for one in paper.earnings
    ]
    widths = [24, 58, 28, 16, 15, 14, 14, 16]
    table = Table([head, *rows], colWidths=[w * mm for w in widths], repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("FONTSIZE", (0, 0), (-1, -1), 7.5),
                ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
                ("ALIGN", (3, 0), (-1, -1), "RIGHT"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

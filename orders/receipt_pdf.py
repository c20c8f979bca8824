"""A receipt as one or more pages of PDF."""

from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from common.money import dollars
from orders.queries.history import Receipt, ReceiptLine, when_placed

GREEN, SOFT, LINE = HexColor("#0b6b3a"), HexColor("#56605a"), HexColor("#d5dbd7")
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9.5, leading=13)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8.5, leading=11, textColor=SOFT)
STRONG = ParagraphStyle("strong", parent=BODY, fontName="Helvetica-Bold")
RIGHT = ParagraphStyle("right", parent=BODY, alignment=TA_RIGHT)
TOTAL = ParagraphStyle("total", parent=RIGHT, fontName="Helvetica-Bold", fontSize=12, leading=16)
TITLE = ParagraphStyle("title", parent=BODY, fontName="Helvetica-Bold", fontSize=20, leading=26, textColor=GREEN)


def draw_receipt(receipt: Receipt) -> bytes:
    """Draw a receipt; the same receipt gives the same bytes."""
    paper = BytesIO()
    order = receipt.order
    document = SimpleDocTemplate(
        paper, pagesize=LETTER, author="Homeward", invariant=1,
        title=_("Receipt %(number)s") % {"number": order.number},
        leftMargin=0.9 * inch, rightMargin=0.9 * inch, topMargin=0.8 * inch, bottomMargin=0.8 * inch,
    )  # fmt: skip
    document.build([*_head(receipt), _items(receipt), Spacer(1, 14), _sums(receipt), Spacer(1, 16), *_foot(receipt)])
    return paper.getvalue()


def _head(receipt: Receipt) -> list[Any]:
    order, store = receipt.order, receipt.store
    kind = _("Receipt") if receipt.is_final else _("Order, with estimated amounts")
    placed = date_format(when_placed(order), "DATE_FORMAT")
    shop = f"{store.name}<br/>{store.line1}, {store.city} {store.zip_code}"
    street = f"{order.line1}, {order.line2}" if order.line2 else order.line1
    to = f"{order.contact_name}<br/>{street}<br/>{order.city}, {order.state} {order.zip_code}"
    sides = Table([[_text(shop), _text(to)]], colWidths=["50%", "50%"])
    sides.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return [
        Paragraph("Homeward", TITLE),
        Paragraph(f"{kind} · {escape(order.number)} · {placed}", SMALL),
        Spacer(1, 12),
        sides,
        Spacer(1, 14),
    ]


def _items(receipt: Receipt) -> Table:
    rows = [[Paragraph(word, SMALL) for word in (_("Item"), _("Pieces"), _("Amount"))]]
    rows += [_item(line) for line in receipt.lines]
    table = Table(rows, colWidths=["74%", "10%", "16%"], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
            ]
        )
    )
    return table


def _item(line: ReceiptLine) -> list[Paragraph]:
    note = f"<br/><font size=8 color='#56605a'>{escape(line.note)}</font>" if line.note else ""
    return [
        Paragraph(escape(line.name) + note, BODY),
        Paragraph(str(line.quantity), BODY),
        Paragraph(dollars(line.cents), RIGHT),
    ]


def _sums(receipt: Receipt) -> Table:
    order = receipt.order
    sums = [(_("Groceries"), receipt.subtotal_cents), (_("Delivery fee"), order.delivery_fee_cents)]
    if order.statutory_fee_cents:
        sums.append((order.statutory_fee_label, order.statutory_fee_cents))
    sums += [(_("Tax"), receipt.tax_cents), (_("Tip, goes to your driver in full"), order.tip_cents)]
    rows = [[_text(name), Paragraph(dollars(cents), RIGHT)] for name, cents in sums]
    rows.append(
        [
            Paragraph(_("Total") if receipt.is_final else _("Total, estimated"), STRONG),
            Paragraph(dollars(receipt.total_cents), TOTAL),
        ]
    )
    rows += [
        [_text(_("Refund: %(reason)s") % {"reason": one.reason}), Paragraph(dollars(-one.amount_cents), RIGHT)]
        for one in receipt.refunds
    ]
    table = Table(rows, colWidths=["78%", "22%"])
    table.setStyle(TableStyle([("LEFTPADDING", (0, 0), (0, -1), 0)]))
    return table


def _foot(receipt: Receipt) -> list[Any]:
    paid = receipt.payment
    if paid is None:
        return []
    words = (
        _("Paid with %(brand)s ending %(last4)s.")
        if receipt.is_final
        else _("Up to %(hold)s is held on %(brand)s ending %(last4)s; you pay the final total.")
    )
    facts = {"brand": paid.card_brand, "last4": paid.card_last4, "hold": dollars(receipt.order.hold_cents)}
    return [Paragraph(escape(words % facts), SMALL)]


def _text(text: str) -> Paragraph:
    """Words of people and of the shop; only our own line breaks are markup."""
    return Paragraph("<br/>".join(escape(part) for part in text.split("<br/>")), BODY)

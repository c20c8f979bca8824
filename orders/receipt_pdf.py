"""A receipt as one or more pages of PDF."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.units import inch
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from common import paper
from common.money import dollars
from orders.queries.receipt import Amount, Receipt, ReceiptLine

WIDE = LETTER[0] - 1.8 * inch - 12  # a frame keeps six points free on either side


def draw_receipt(receipt: Receipt) -> bytes:
    """Draw a receipt; the same receipt gives the same bytes."""
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=LETTER, author="Homeward", invariant=1,
        title=f"{receipt.title} {receipt.number}",
        leftMargin=0.9 * inch, rightMargin=0.9 * inch, topMargin=0.8 * inch, bottomMargin=0.8 * inch,
    )  # fmt: skip
    document.build([*_head(receipt), _items(receipt), Spacer(1, 14), _sums(receipt), Spacer(1, 16), *_foot(receipt)])
    return out.getvalue()


def _head(receipt: Receipt) -> list[Any]:
    store = receipt.store
    shop = f"{store.name}\n{store.line1}\n{store.city} {store.zip_code}"
    sides = Table([[paper.paragraph(shop), paper.paragraph("\n".join(receipt.address))]], colWidths=[WIDE / 2] * 2)
    sides.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return [
        Paragraph("Homeward", paper.TITLE),
        paper.paragraph(f"{receipt.title} · {receipt.number}", paper.STRONG),
        paper.paragraph(" · ".join(receipt.facts), paper.SMALL),
        Spacer(1, 12),
        sides,
        Spacer(1, 14),
    ]


def _items(receipt: Receipt) -> Table:
    titles = [(_("Item"), paper.SMALL), (_("Pieces"), paper.SMALL_RIGHT), (_("Amount"), paper.SMALL_RIGHT)]
    rows = [[paper.paragraph(word, style) for word, style in titles], *(_item(line) for line in receipt.lines)]
    table = Table(rows, colWidths=[WIDE * 0.72, WIDE * 0.12, WIDE * 0.16], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, paper.RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ]
        )
    )
    return table


def _item(line: ReceiptLine) -> list[Any]:
    notes = [note for note in (line.note, _("SNAP eligible") if line.is_snap else "") if note]
    name = [paper.paragraph(line.name), *([paper.paragraph(" · ".join(notes), paper.SMALL)] if notes else [])]
    return [name, paper.paragraph(str(line.quantity), paper.RIGHT), paper.paragraph(dollars(line.cents), paper.RIGHT)]


def _sums(receipt: Receipt) -> Table:
    rows = [_sum(one) for one in receipt.sums]
    rows.append(_strong(receipt.total))
    if receipt.off:
        rows += [_sum(one) for one in receipt.off]
        rows.append(_strong(receipt.paid))
    table = Table(rows, colWidths=[WIDE * 0.78, WIDE * 0.22])
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, len(receipt.sums)), (-1, len(receipt.sums)), 0.8, paper.RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def _sum(one: Amount) -> Sequence[Any]:
    name = [paper.paragraph(one.name), *([paper.paragraph(one.note, paper.SMALL)] if one.note else [])]
    return [name, paper.paragraph(dollars(one.cents), paper.RIGHT)]


def _strong(one: Amount) -> Sequence[Any]:
    return [paper.paragraph(one.name, paper.STRONG), paper.paragraph(dollars(one.cents), paper.TOTAL)]


def _foot(receipt: Receipt) -> list[Any]:
    return [paper.paragraph(words, paper.SMALL) for words in receipt.card]

"""What a store prints for one order: the pick list, and a label for every bag."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.barcode import code128
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from orders.models import Order, Staging
from orders.queries.picklist import PickLine
from orders.queries.queue import short_name
from stores.models.catalogue import ColdClass

LABEL = (4 * inch, 3 * inch)  # what thermal label printers in stores hold
SOFT, RULE = HexColor("#56605a"), HexColor("#d5dbd7")
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=13)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8.5, leading=11, textColor=SOFT)
BIG = ParagraphStyle("big", parent=BODY, fontName="Helvetica-Bold", fontSize=18, leading=24)


def draw_labels(order: Order, stagings: Sequence[Staging], window: str) -> bytes:
    """One label a bag: order number, hand-over code, cold class, place, and which bag of how many."""
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=LABEL, invariant=1)
    canvas.setTitle(f"Bag labels {order.number}")
    total, bag = sum(staging.bags for staging in stagings), 0
    for staging in stagings:
        for _ in range(staging.bags):
            bag += 1
            _label(canvas, order, staging, f"Bag {bag} of {total}", window)
            canvas.showPage()
    canvas.save()
    return paper.getvalue()


def _label(canvas: Canvas, order: Order, staging: Staging, bag: str, window: str) -> None:
    width, height = LABEL
    canvas.setFont("Helvetica-Bold", 30)
    canvas.drawString(0.2 * inch, height - 0.55 * inch, order.number)
    canvas.setFont("Helvetica", 12)
    canvas.drawString(0.2 * inch, height - 0.8 * inch, f"{short_name(order.contact_name)} · {window}")
    cold = staging.cold_class != ColdClass.AMBIENT
    canvas.setFillColor(black if cold else white)
    canvas.rect(0.2 * inch, height - 1.35 * inch, 1.75 * inch, 0.4 * inch, stroke=1, fill=1)
    canvas.setFillColor(white if cold else black)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawCentredString(1.075 * inch, height - 1.22 * inch, staging.get_cold_class_display().upper())
    canvas.setFillColor(black)
    canvas.drawString(2.1 * inch, height - 1.22 * inch, f"Place {staging.place}"[:20])
    canvas.setFont("Helvetica-Bold", 40)
    canvas.drawString(0.2 * inch, 0.85 * inch, order.handover_code)
    canvas.setFont("Helvetica", 9)
    canvas.drawString(0.2 * inch, 0.62 * inch, "hand-over code")
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawRightString(width - 0.2 * inch, 1.05 * inch, bag)
    if order.age_limit:
        canvas.drawRightString(width - 0.2 * inch, 0.78 * inch, f"{order.age_limit}+ check ID")
    code128.Code128(order.number, barHeight=0.32 * inch, barWidth=1.2).drawOn(canvas, 0, 0.16 * inch)


def draw_pick_list(order: Order, lines: Sequence[PickLine], window: str) -> bytes:
    """An order's lines in the order of the walk, with boxes to tick: for the day the hand-helds are flat."""
    paper = BytesIO()
    document = SimpleDocTemplate(
        paper, pagesize=LETTER, title=f"Pick list {order.number}", author="Homeward", invariant=1,
        leftMargin=0.7 * inch, rightMargin=0.7 * inch, topMargin=0.6 * inch, bottomMargin=0.6 * inch,
    )  # fmt: skip
    head: list[Any] = [
        Paragraph(escape(f"{order.number} · {short_name(order.contact_name)}"), BIG),
        Paragraph(escape(f"{order.store.name} · {window} · {len(lines)} lines"), SMALL),
        Spacer(1, 10),
    ]
    document.build([*head, _lines(lines)])
    return paper.getvalue()


def _lines(lines: Sequence[PickLine]) -> Table:
    titles = [Paragraph(words, SMALL) for words in ("", "Aisle", "Item", "Pieces", "If it is out")]
    rows = [titles, *(_row(line) for line in lines)]
    table = Table(rows, colWidths=["5%", "20%", "40%", "12%", "23%"], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
                ("BOX", (0, 1), (0, -1), 0.5, RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def _row(line: PickLine) -> list[Any]:
    cold = f"<br/><b>{line.cold_class.upper()}</b>" if line.cold_class != ColdClass.AMBIENT else ""
    weight = f"<br/>about {line.estimated_pounds:.2f} lb" if line.is_weighed else ""
    return [
        "",
        Paragraph(escape(line.aisle or "No aisle") + cold, BODY),
        Paragraph(f"{escape(line.name)}<br/><font size=8 color='#56605a'>{escape(line.maker)} {line.upc}</font>", BODY),
        Paragraph(f"<b>{line.quantity}</b>{weight}", BODY),
        Paragraph(escape(line.wish.removeprefix("If it is out: ").capitalize()), SMALL),
    ]

"""What a store prints for one order: the pick list, and a label for every bag."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from reportlab.graphics.barcode import code128
from reportlab.lib.colors import black, white
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from common import paper
from common.paper import BOLD, draw_line, fitted, width_of
from orders.models import Order, Staging
from orders.queries.picklist import PickLine
from orders.queries.queue import short_name
from stores.models.catalogue import ColdClass

LABEL = (4 * inch, 3 * inch)  # what thermal label printers in stores hold
EDGE = 0.2 * inch
BODY = ParagraphStyle("pick", parent=paper.BODY, fontSize=10)
STRONG = ParagraphStyle("pick strong", parent=BODY, fontName=BOLD)
BIG = ParagraphStyle("big", parent=STRONG, fontSize=18, leading=24)


def draw_labels(order: Order, stagings: Sequence[Staging], window: str) -> bytes:
    """One label a bag: order number, hand-over code, cold class, place, and which bag of how many."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=LABEL, invariant=1)
    canvas.setTitle(f"Bag labels {order.number}")
    total, bag = sum(staging.bags for staging in stagings), 0
    for staging in stagings:
        for _ in range(staging.bags):
            bag += 1
            _label(canvas, order, staging, f"Bag {bag} of {total}", window)
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def whose_and_when(name: str, window: str, points: float, size: float) -> str:
    """A label's second line: the name gives way, the window's time never does."""
    when = f" · {window}"
    return fitted(short_name(name), points - width_of(when, size), size) + when


def _label(canvas: Canvas, order: Order, staging: Staging, bag: str, window: str) -> None:
    width, height = LABEL
    inner = width - 2 * EDGE
    draw_line(canvas, EDGE, height - 0.55 * inch, order.number, 30, most=inner, font=BOLD)
    line = whose_and_when(order.contact_name, window, inner, 12)
    draw_line(canvas, EDGE, height - 0.8 * inch, line, 12, most=inner)
    _cold_box(canvas, staging)
    _place(canvas, staging.place)
    draw_line(canvas, EDGE, 0.85 * inch, order.handover_code, 40, most=inner / 2, font=BOLD)
    draw_line(canvas, EDGE, 0.62 * inch, "hand-over code", 9, most=inner / 2)
    draw_line(canvas, width - EDGE, 1.05 * inch, bag, 16, most=inner / 2, font=BOLD, side="right")
    if order.age_limit:
        age = f"{order.age_limit}+ check ID"
        draw_line(canvas, width - EDGE, 0.78 * inch, age, 16, most=inner / 2, font=BOLD, side="right")
    code128.Code128(order.number, barHeight=0.32 * inch, barWidth=1.2).drawOn(canvas, 0, 0.16 * inch)


def _place(canvas: Canvas, place: str) -> None:
    """Where the bag stands, as large as it fits: a place is never cut while a smaller size shows all of it."""
    width, height = LABEL
    room = width - EDGE - 2.1 * inch
    wordings = [(words, size) for size in (16, 14, 12, 10) for words in (f"Place {place}", place)]
    words, size = next(((one, size) for one, size in wordings if width_of(one, size, BOLD) <= room), (place, 9))
    draw_line(canvas, 2.1 * inch, height - 1.22 * inch, words, size, most=room, font=BOLD)


def _cold_box(canvas: Canvas, staging: Staging) -> None:
    """How cold the bag must stay, white on black unless it need not."""
    height = LABEL[1]
    cold = staging.cold_class != ColdClass.AMBIENT
    canvas.setFillColor(black if cold else white)
    canvas.rect(EDGE, height - 1.35 * inch, 1.75 * inch, 0.4 * inch, stroke=1, fill=1)
    canvas.setFillColor(white if cold else black)
    words, middle = staging.get_cold_class_display().upper(), EDGE + 0.875 * inch
    draw_line(canvas, middle, height - 1.22 * inch, words, 16, most=1.6 * inch, font=BOLD, side="centre")
    canvas.setFillColor(black)


def draw_pick_list(order: Order, lines: Sequence[PickLine], window: str) -> bytes:
    """An order's lines in the order of the walk, with boxes to tick: for the day the hand-helds are flat."""
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=LETTER, title=f"Pick list {order.number}", author="Homeward", invariant=1,
        leftMargin=0.7 * inch, rightMargin=0.7 * inch, topMargin=0.6 * inch, bottomMargin=0.6 * inch,
    )  # fmt: skip
    count = f"{len(lines)} line" if len(lines) == 1 else f"{len(lines)} lines"
    head: list[Any] = [
        paper.paragraph(f"{order.number} · {short_name(order.contact_name)}", BIG),
        paper.paragraph(f"{order.store.name} · {window} · {count}", paper.SMALL),
        Spacer(1, 10),
    ]
    document.build([*head, _lines(lines)])
    return out.getvalue()


def _lines(lines: Sequence[PickLine]) -> Table:
    titles = [Paragraph(words, paper.SMALL) for words in ("", "Aisle", "Item", "Pieces", "If it is out")]
    rows = [titles, *(_row(line) for line in lines)]
    table = Table(rows, colWidths=["5%", "20%", "40%", "12%", "23%"], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, paper.RULE),
                ("BOX", (0, 1), (0, -1), 0.5, paper.RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def _row(line: PickLine) -> list[Any]:
    aisle = [paper.paragraph(line.aisle or "No aisle", BODY)]
    if line.cold_class != ColdClass.AMBIENT:
        aisle.append(paper.paragraph(line.cold_class.upper(), STRONG))
    pieces = [paper.paragraph(str(line.quantity), STRONG)]
    if line.is_weighed:
        pieces.append(paper.paragraph(f"about {line.estimated_pounds:.2f} lb", BODY))
    item = [paper.paragraph(line.name, BODY), paper.paragraph(f"{line.maker} {line.upc}", paper.SMALL)]
    wish = paper.paragraph(line.wish.removeprefix("If it is out: ").capitalize(), paper.SMALL)
    return ["", aisle, item, pieces, wish]

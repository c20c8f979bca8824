"""Words on paper: fonts that have people's letters, text that is measured, and what does not fit cut with an ellipsis.

DejaVu Sans stands for Latin (Vietnamese too), Greek and Cyrillic; what it lacks is set in Droid Sans Fallback, which
has Chinese, Japanese and Korean. Both are embedded, as far as they are used, so that text can be read and copied.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import getFont, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

FONTS = Path(__file__).resolve().parents[1] / "assets" / "fonts"
PLAIN, BOLD, WIDE = "HwPlain", "HwBold", "HwWide"
FILES = {
    PLAIN: "DejaVuSansCondensed.ttf",
    BOLD: "DejaVuSansCondensed-Bold.ttf",
    WIDE: "DroidSansFallbackFull.ttf",
}
ELLIPSIS = "…"
GREEN, PLUM, SOFT, RULE = HexColor("#0b6b3a"), HexColor("#7a2e8e"), HexColor("#56605a"), HexColor("#d5dbd7")
Side = Literal["left", "centre", "right"]


def _load(font: str) -> str:
    if font not in _loaded:
        registerFont(TTFont(font, str(FONTS / FILES[font])))
        _loaded.add(font)
    return font


_loaded: set[str] = set()
_load(PLAIN)
_load(BOLD)

BODY = ParagraphStyle("body", fontName=PLAIN, fontSize=9.5, leading=13, splitLongWords=1)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8.5, leading=11.5, textColor=SOFT)
STRONG = ParagraphStyle("strong", parent=BODY, fontName=BOLD)
RIGHT = ParagraphStyle("right", parent=BODY, alignment=TA_RIGHT)
SMALL_RIGHT = ParagraphStyle("small right", parent=SMALL, alignment=TA_RIGHT)
TOTAL = ParagraphStyle("total", parent=RIGHT, fontName=BOLD, fontSize=12, leading=16)
TITLE = ParagraphStyle("title", parent=BODY, fontName=BOLD, fontSize=20, leading=26, textColor=GREEN)


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Somebody's words as a paragraph, every letter in a font that has it; its line breaks are kept."""
    return Paragraph("<br/>".join(markup(line, style.fontName) for line in text.split("\n")), style)


def markup(text: str, font: str = PLAIN) -> str:
    """Somebody's words within a paragraph's markup, escaped."""
    parts = [(name, escape(part)) for name, part in runs(text, font)]
    return "".join(part if name == font else f'<font name="{name}">{part}</font>' for name, part in parts)


def width_of(text: str, size: float, font: str = PLAIN) -> float:
    """Points that a line of text is wide."""
    return float(sum(stringWidth(part, name, size) for name, part in runs(text, font)))


def fitted(text: str, points: float, size: float, font: str = PLAIN) -> str:
    """The text, or as much of it as fits into so many points with an ellipsis after it."""
    line = " ".join(clean(text).split())
    if width_of(line, size, font) <= points:
        return line
    kept = line
    while kept and width_of(kept + ELLIPSIS, size, font) > points:
        kept = kept[:-1].rstrip()
    return kept + ELLIPSIS


def draw_line(
    canvas: Canvas, x: float, y: float, text: str, size: float, *, most: float, font: str = PLAIN, side: Side = "left"
) -> None:
    """Draw one line at a point, never wider than `most` points; x is its left end, its middle or its right end."""
    shown = fitted(text, most, size, font)
    at = x - {"left": 0.0, "centre": 0.5, "right": 1.0}[side] * width_of(shown, size, font)
    for name, part in runs(shown, font):
        canvas.setFont(name, size)
        canvas.drawString(at, y, part)
        at += stringWidth(part, name, size)


def runs(text: str, font: str = PLAIN) -> Iterator[tuple[str, str]]:
    """A text in pieces that one font can set each, in order."""
    for name, letters in groupby(clean(text), key=lambda letter: _font_for(letter, font)):
        yield name, "".join(letters)


def clean(text: str) -> str:
    """Text as it can be set: accents joined to their letters, and no sign that only steers a screen."""
    joined = unicodedata.normalize("NFC", text)
    return "".join(letter for letter in joined if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf"})


@cache
def _font_for(letter: str, font: str) -> str:
    """The font that has a letter; one that none has stays in the text's own, which draws a box."""
    if letter.isspace() or _has(font, letter):
        return font
    return WIDE if _has(_load(WIDE), letter) else font


def _has(font: str, letter: str) -> bool:
    return ord(letter) in getFont(font).face.charToGlyph

# ruff: noqa: RUF001  # letters that look alike are the point
"""Paper: people's letters in fonts that have them, and text that stays within what it is given."""

import pytest

from common.paper import ELLIPSIS, PLAIN, WIDE, fitted, runs, width_of
from orders.staff_papers import whose_and_when

NAMES = ["Nguyễn Thị Hương", "Łukasz Żak", "Azad Şêxo", "王小明", "Муса Ахмад", "José Peña", "Ελένη", "小林さくら"]


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_of_a_name_is_set_in_a_font_that_has_it(name: str) -> None:
    from reportlab.pdfbase.pdfmetrics import getFont  # registered by the fonts above

    pieces = list(runs(name))

    assert "".join(text for _, text in pieces) == name
    for font, text in pieces:
        glyphs = getFont(font).face.charToGlyph
        assert all(ord(letter) in glyphs for letter in text)
    assert {font for font, _ in pieces} <= {PLAIN, WIDE}


@pytest.mark.parametrize("points", [40, 150, 266])
@pytest.mark.parametrize("text", ["J", "Müllerlindenholzkamp" * 4, "王小明" * 30, "Maria de los Angeles de la Fuente"])
def test_what_does_not_fit_is_cut_with_an_ellipsis(text: str, points: float) -> None:
    shown = fitted(text, points, 12)

    assert width_of(shown, 12) <= points
    assert shown == text or shown.endswith(ELLIPSIS)


@pytest.mark.parametrize("name", ["Sam Ellison", "Obersteinhausenbergerdorfmeierhoferin Hubert", "Müllerlinden" * 7])
def test_on_a_label_the_name_gives_way_and_the_time_stays(name: str) -> None:
    line = whose_and_when(name, "Tomorrow, 4:00 pm–6:00 pm", 259, 12)

    assert width_of(line, 12) <= 259
    assert line.endswith("4:00 pm–6:00 pm")

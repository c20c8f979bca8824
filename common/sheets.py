"""Spreadsheets for other programs: cells that start no formula, numbers that stay numbers. Every export goes here."""

import csv
import re
from collections.abc import Iterable
from numbers import Number
from typing import Protocol

from defusedcsv import csv as defused

STARTERS = frozenset("=+-@|%")
_NUMBER = re.compile(r"-?[0-9][0-9,.]*")


class Sink(Protocol):
    """Something to write text to."""

    def write(self, text: str, /) -> object: ...


def harmless(cell: object) -> object:
    """A cell as no spreadsheet program takes it for a formula, however it begins; numbers as they are.

    Programs skip blanks and controls before they look, and read full-width signs as plain ones; so does this.
    """
    if cell is None or isinstance(cell, Number):
        return cell
    text = str(cell)
    if _NUMBER.fullmatch(text):
        return text
    first = cleaned_start(text)
    return "'" + text.replace("|", "\\|") if first in STARTERS or text[:1] in {"\t", "\r", "\n"} else text


def cleaned_start(text: str) -> str:
    """The first sign that a spreadsheet program looks at, full-width as plain; empty where there is none."""
    for sign in text:
        if sign.isspace() or not sign.isprintable():
            continue
        return chr(ord(sign) - 0xFEE0) if "\uff01" <= sign <= "\uff5e" else sign
    return ""


class Sheet:
    """Writes rows as CSV."""

    def __init__(self, out: Sink) -> None:
        self._rows = csv.writer(out, quoting=csv.QUOTE_MINIMAL)

    def row(self, cells: Iterable[object]) -> None:
        """Write one row."""
        self._rows.writerow([harmless(cell) for cell in cells])


def harden_library() -> None:
    """Give the library's writer the same judgement, for whoever calls it without knowing of this module."""
    defused._escape = harmless

"""Charts as plain data, drawn by `c-chart-bars` and `c-chart-lines`: each comes with the table that says the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1_000, 400  # units of a drawing; the page stretches it
TONES = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, what it says, and how long it is, in units of the drawing."""

    name: str
    text: str
    width: int
    tone: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name and the points of a polyline."""

    name: str
    points: str
    tone: int


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart: the first cell of a row names it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart with its table; either bars or lines. `ends` are the words under and beside a drawing of lines."""

    title: str
    note: str
    table: Table
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    left: str = ""
    right: str = ""
    top: str = ""


def bars(
    values: Iterable[tuple[str, str, float]], *, whole: float | None = None, tones: Sequence[int] = ()
) -> tuple[Bar, ...]:
    """Bars of (name, text, value), against the largest or against a whole; each in its own tone unless told."""
    rows = list(values)
    most = whole or max((value for _, _, value in rows), default=0) or 1
    return tuple(
        Bar(name, text, round(WIDTH * max(0.0, min(1.0, value / most))), tone % TONES + 1)
        for (name, text, value), tone in zip(rows, tones or range(len(rows)), strict=True)
    )


def lines(series: Sequence[tuple[str, Sequence[float]]], *, whole: float | None = None) -> tuple[Line, ...]:
    """Lines of (name, values at even steps), all against the same largest value."""
    most = whole or max((value for _, values in series for value in values), default=0) or 1
    return tuple(Line(name, _points(values, most), number % TONES + 1) for number, (name, values) in enumerate(series))


def _points(values: Sequence[float], most: float) -> str:
    step = WIDTH / max(1, len(values) - 1)
    return " ".join(f"{k * step:.1f},{HEIGHT - HEIGHT * value / most:.1f}" for k, value in enumerate(values))

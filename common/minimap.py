"""A small map drawn on the server: for offer cards, e-mail, print and browsers without WebGL.

Pure: points in, SVG text out. Light and dark come from the stylesheet's classes; the colours written
here are what a mail reader, which has no stylesheet, shows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians

from common.geo import Point

WIDTH, HEIGHT, MARGIN = 640.0, 320.0, 36.0
SMALLEST_SPAN_DEGREES = 0.004  # a trip of one block is not blown up to the whole frame
SHORTEST_STREET = 6.0  # drawn units; shorter pieces are specks


@dataclass(frozen=True, slots=True)
class MapStop:
    """A lettered point on the map; `added` ones are those the delivery brings to the trip."""

    at: Point
    letter: str
    name: str
    added: bool = True


@dataclass(frozen=True, slots=True)
class MiniMap:
    """What to draw: the trip as it was, the trip with the delivery, the part it adds, and the stops."""

    title: str
    description: str
    without: Sequence[Point] = ()
    with_delivery: Sequence[Point] = ()
    added: Sequence[Sequence[Point]] = ()
    stops: Sequence[MapStop] = ()
    streets: Sequence[Sequence[Point]] = ()
    uid: str = "map"


@dataclass(frozen=True, slots=True)
class _Frame:
    west: float
    north: float
    scale: float
    squeeze: float
    left: float
    top: float

    def place(self, point: Point) -> tuple[float, float]:
        """Drawn units of a point, x right and y down."""
        x = self.left + (point.lng - self.west) * self.squeeze * self.scale
        return x, self.top + (self.north - point.lat) * self.scale

    def path(self, line: Iterable[Point]) -> str:
        """SVG points of a line."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self.place, line))


def draw_minimap(scene: MiniMap) -> str:
    """Draw a scene as one SVG element of 640 by 320 units; every text in it is escaped."""
    anchors = [*scene.without, *scene.with_delivery, *(p for part in scene.added for p in part)]
    anchors += [stop.at for stop in scene.stops]
    uid = escape(scene.uid, quote=True)
    head = (
        f'<svg class="hw-minimap" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" width="{WIDTH:.0f}" height="{HEIGHT:.0f}"'
        f' role="img" aria-labelledby="{uid}-t {uid}-d" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{uid}-t">{escape(scene.title)}</title><desc id="{uid}-d">{escape(scene.description)}</desc>'
    )
    return head + ("".join(_layers(scene, _frame(anchors))) if anchors else "") + "</svg>"


def _frame(anchors: Sequence[Point]) -> _Frame:
    south, north = min(p.lat for p in anchors), max(p.lat for p in anchors)
    west, east = min(p.lng for p in anchors), max(p.lng for p in anchors)
    squeeze = cos(radians((south + north) / 2))
    tall = max(north - south, SMALLEST_SPAN_DEGREES)
    wide = max((east - west) * squeeze, SMALLEST_SPAN_DEGREES)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / tall)
    left = (WIDTH - (east - west) * squeeze * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2
    return _Frame(west, north, scale, squeeze, left, top)


def _layers(scene: MiniMap, frame: _Frame) -> Iterable[str]:
    yield from _streets(scene.streets, frame)
    yield _line(frame, scene.without, "mm-without", "#5b665f", 4, ' stroke-dasharray="2 9"')
    yield _line(frame, scene.with_delivery, "mm-halo", "#f7f9f7", 9)
    yield _line(frame, scene.with_delivery, "mm-with", "#0b6b3a", 5)
    for part in scene.added:
        yield _line(frame, part, "mm-added", "#7a2e8e", 6)
    trip = scene.without or scene.with_delivery
    for end in (trip[0], trip[-1]) if trip else ():
        x, y = frame.place(end)
        yield f'<circle class="mm-end" cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#5b665f"/>'
    for stop in scene.stops:
        yield _stop(stop, frame)


def _streets(streets: Sequence[Sequence[Point]], frame: _Frame) -> Iterable[str]:
    """Only streets that cross the frame, as one path: a card must stay a few kilobytes."""
    pieces = []
    for street in streets:
        drawn = [frame.place(p) for p in street]
        if _crosses_frame(drawn):
            pieces.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in drawn))
    if pieces:
        yield f'<path class="mm-street" d="{"".join(pieces)}" fill="none" stroke="#d9dedb" stroke-width="2"/>'


def _crosses_frame(drawn: Sequence[tuple[float, float]]) -> bool:
    xs, ys = [x for x, _ in drawn], [y for _, y in drawn]
    speck = max(xs) - min(xs) + max(ys) - min(ys) < SHORTEST_STREET
    return not speck and max(xs) >= 0 and min(xs) <= WIDTH and max(ys) >= 0 and min(ys) <= HEIGHT


def _line(frame: _Frame, line: Sequence[Point], name: str, colour: str, width: int, extra: str = "") -> str:
    if len(line) < 2:
        return ""
    return (
        f'<polyline class="{name}" points="{frame.path(line)}" fill="none" stroke="{colour}" stroke-width="{width}"'
        f' stroke-linecap="round" stroke-linejoin="round"{extra}/>'
    )


def _stop(stop: MapStop, frame: _Frame) -> str:
    x, y = frame.place(stop.at)
    kind, colour = ("mm-stop mm-stop-added", "#7a2e8e") if stop.added else ("mm-stop", "#0b6b3a")
    return (
        f'<g class="{kind}">'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="15" fill="#ffffff" stroke="{colour}" stroke-width="4"/>'
        f'<text x="{x:.1f}" y="{y + 6:.1f}" text-anchor="middle" font-family="Inter, Arial, sans-serif" font-size="17"'
        f' font-weight="700" fill="#0a110d">{escape(stop.letter[:2])}</text></g>'
    )

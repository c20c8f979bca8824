"""Encoded polylines: how OSRM takes a line and both engines give one (Google's published algorithm)."""

from collections.abc import Iterator, Sequence

from common.geo import Point


def encode(points: Sequence[Point], precision: int = 5) -> str:
    """Write points as a line."""
    scale, text, before = 10**precision, [], (0, 0)
    for point in points:
        here = (round(point.lat * scale), round(point.lng * scale))
        text += [_number(here[0] - before[0]), _number(here[1] - before[1])]
        before = here
    return "".join(text)


def decode(text: str, precision: int = 5) -> list[Point]:
    """Read a line.

    Raises:
        ValueError: it ends in the middle of a number.
    """
    scale, points, lat, lng = 10**precision, [], 0, 0
    numbers = list(_numbers(text))
    if len(numbers) % 2:
        raise ValueError("A line has a longitude for each latitude.")
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lng = lat + north, lng + east
        points.append(Point(lat / scale, lng / scale))
    return points


def _number(value: int) -> str:
    rest = ~(value << 1) if value < 0 else value << 1
    text = ""
    while rest >= 0x20:
        text += chr((0x20 | (rest & 0x1F)) + 63)
        rest >>= 5
    return text + chr(rest + 63)


def _numbers(text: str) -> Iterator[int]:
    value = shift = 0
    for character in text:
        piece = ord(character) - 63
        value |= (piece & 0x1F) << shift
        shift += 5
        if piece < 0x20:
            yield ~(value >> 1) if value & 1 else value >> 1
            value = shift = 0
    if shift:
        raise ValueError("A line ends in the middle of a number.")

"""Reading a file of commutes: one row a person, with home, work and when they leave each."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import TextIO, cast

from common.geo import Point

COLUMNS = ("home_lat", "home_lon", "work_lat", "work_lon", "leaves_home", "leaves_work")
GZIP_MAGIC = b"\x1f\x8b"
FARTHEST_METRES = 80_000.0  # as for any trip: both ends lie in the metro


class BadCommutes(Exception):
    """The file cannot be used; the message says where and why, in words for whoever made it."""


@dataclass(frozen=True, slots=True)
class Commute:
    """Where somebody lives and works, and when they set out for each, local time."""

    home: Point
    work: Point
    leaves_home: time
    leaves_work: time


def read_commutes(file: Path, centre: Point) -> list[Commute]:
    """Every row of a .csv or .csv.gz file; the first thing wrong with it ends the reading.

    Raises:
        BadCommutes: the file is missing, empty, not what its name says, lacks a column, or has a row that cannot be
            read or lies elsewhere.
    """
    if not file.is_file():
        raise BadCommutes(f"There is no file {file}.")
    try:
        with _open(file) as lines:
            found = list(_rows(file, lines, centre))
    except UnicodeDecodeError as trouble:
        raise BadCommutes(f"{file} is not text in UTF-8 (byte {trouble.start}).") from trouble
    except (EOFError, gzip.BadGzipFile, OSError) as trouble:
        raise BadCommutes(f"{file} cannot be read: {trouble}") from trouble
    except csv.Error as trouble:
        raise BadCommutes(f"{file} is not a table of comma-separated values: {trouble}") from trouble
    if not found:
        raise BadCommutes(f"{file} holds no commutes: there is no row below its header.")
    return found


def _open(file: Path) -> TextIO:
    """The file as text, unpacked if its first bytes say that it is packed, as its name must then say too."""
    with file.open("rb") as raw:
        is_packed = raw.read(2) == GZIP_MAGIC
    if is_packed != (file.suffix == ".gz"):
        told = (
            "is named .gz and is not packed by gzip" if file.suffix == ".gz" else "is packed by gzip and not named .gz"
        )
        raise BadCommutes(f"{file} {told}. Rename it, or make it anew.")
    if is_packed:
        return cast(TextIO, gzip.open(file, "rt", encoding="utf-8-sig", newline=""))
    return file.open(encoding="utf-8-sig", newline="")


def _rows(file: Path, lines: TextIO, centre: Point) -> Iterator[Commute]:
    table = csv.DictReader(lines)
    if table.fieldnames is None:
        raise BadCommutes(f"{file} is empty: its first line must name the columns {', '.join(COLUMNS)}.")
    missing = [name for name in COLUMNS if name not in table.fieldnames]
    if missing:
        has = ", ".join(name or "(no name)" for name in table.fieldnames)
        raise BadCommutes(f"{file} has no column {' and no column '.join(missing)}; it has {has}.")
    for row in table:
        yield _commute(row, f"{file}, line {table.line_num}", centre)


def _commute(row: Mapping[str, str | None], where: str, centre: Point) -> Commute:
    return Commute(
        home=_point(row, "home", where, centre),
        work=_point(row, "work", where, centre),
        leaves_home=_time(row, "leaves_home", where),
        leaves_work=_time(row, "leaves_work", where),
    )


def _point(row: Mapping[str, str | None], end: str, where: str, centre: Point) -> Point:
    lat, lng = (_degrees(row, f"{end}_{axis}", most, where) for axis, most in (("lat", 90.0), ("lon", 180.0)))
    point = Point(lat, lng)
    away = point.metres_to(centre)
    if away > FARTHEST_METRES:
        raise BadCommutes(
            f"{where}: {end} at {lat:g}, {lng:g} lies {away / 1000:,.0f} km from {centre.lat:.2f}, {centre.lng:.2f};"
            f" both ends of a commute must lie within {FARTHEST_METRES / 1000:.0f} km of the market's middle."
        )
    return point


def _degrees(row: Mapping[str, str | None], name: str, most: float, where: str) -> float:
    text = _text(row, name, where)
    try:
        value = float(text)
    except ValueError:
        raise BadCommutes(f"{where}: {name} is {text!r}, which is not a number of degrees.") from None
    if not -most <= value <= most:
        raise BadCommutes(f"{where}: {name} is {text}, outside {-most:g} to {most:g} degrees.")
    return value


def _time(row: Mapping[str, str | None], name: str, where: str) -> time:
    text = _text(row, name, where)
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise BadCommutes(f"{where}: {name} is {text!r}, which is not a time such as 17:05:00.") from None


def _text(row: Mapping[str, str | None], name: str, where: str) -> str:
    text = (row[name] or "").strip()
    if not text:
        raise BadCommutes(f"{where}: {name} is empty.")
    return text

"""What a cycle was given, kept as JSON when its plan was refused or its search failed, and read again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from common.geo import Point
from dispatch.engine.build import DeliveryRow, TripRow
from dispatch.engine.problem import Need
from dispatch.queries.cycle_rows import CycleRows

POINTS, NEEDS = ("pickup", "dropoff", "origin", "destination"), ("needs", "refuses")


class NotKept(ValueError):
    """What is stored is not the rows of a cycle."""


def stored(rows: CycleRows) -> dict[str, Any]:
    """The rows a search was given, as JSON can hold them: infinities and what is no number as text."""
    deliveries = [*rows.waiting, *rows.bound]
    return {
        "deliveries": [_plain(asdict(row)) for row in deliveries],
        "trips": [_plain(asdict(row)) for row in rows.trips],
    }


def rows_of(kept: Mapping[str, Any]) -> tuple[list[DeliveryRow], list[TripRow]]:
    """Deliveries and trips just as the engine was given them.

    Raises:
        NotKept: the cycle kept nothing, or rows of another version of the engine.
    """
    try:
        deliveries = [DeliveryRow(**_columns(row)) for row in kept["deliveries"]]
        trips = [TripRow(**_columns(row)) for row in kept["trips"]]
    except (AttributeError, KeyError, TypeError, ValueError) as trouble:
        raise NotKept(f"These are not the rows of a cycle of this version: {trouble!r}") from trouble
    return deliveries, trips


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if isinstance(value, int | float | str | None) else str(value)


def _columns(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _column(name, value) for name, value in row.items()}


def _column(name: str, value: Any) -> Any:
    if name in POINTS:
        return None if value is None else Point(**{key: float(number) for key, number in value.items()})
    if name in NEEDS:
        return Need(value)
    if name == "stops":
        return tuple((int(delivery), bool(is_drop)) for delivery, is_drop in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(int(number) for number in value)
    return float(value) if isinstance(value, str) else value

"""Valhalla over HTTP: its sources_to_targets and route actions (https://valhalla.github.io/valhalla/api/)."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from common.geo import Point
from providers.routing.base import RoutingUnavailable
from providers.routing.builtin import Floats, degrees, great_circle
from providers.routing.polyline import decode
from providers.routing.remote import Free, RemoteRouting

# Answered for a whole table when one of its points has no road near or lies too far off.
TOO_FAR, NOT_CONNECTED, NO_ROAD_NEAR, NO_PATH = 154, 170, 171, 442
NO_WAY = {TOO_FAR, NOT_CONNECTED, NO_ROAD_NEAR, NO_PATH}
ASK_AGAIN_SECONDS = 600.0  # tiles are replaced under a running service


class ValhallaRouting(RemoteRouting):
    """Asks a `valhalla_service`; free-flow costing for cars, without its own traffic."""

    name = "valhalla"
    _version = "1:unknown"
    _asked_at = float("-inf")

    @property
    def version(self) -> str:
        """The service's version and the age of its tiles, as of its last answer."""
        return self._version

    def _ask_table(self, sources: Sequence[Point], targets: Sequence[Point], until: float) -> Free:
        self._ask_version(until)
        answer = self._ask("/sources_to_targets", _table_of(sources, targets), until)
        if answer is not None:
            return _read(answer, sources, targets)
        # One point spoils it for all: halve until it stands alone, and the others have their answer.
        if len(sources) > 1:
            half = len(sources) // 2
            one, other = (self._ask_table(some, targets, until) for some in (sources[:half], sources[half:]))
            return _joined(one, other)
        if len(targets) > 1:
            half = len(targets) // 2
            one, other = (self._ask_table(sources, some, until) for some in (targets[:half], targets[half:]))
            return _turned(_joined(_turned(one), _turned(other)))
        nothing = np.full((1, 1), np.nan)
        return Free(nothing, nothing, np.zeros(1), np.zeros(1))

    def _ask_way(self, points: Sequence[Point], until: float) -> list[Point]:
        question = {"locations": _places(points), "costing": "auto", "directions_type": "none", "units": "kilometers"}
        answer = self._ask("/route", question, until)
        try:
            legs = answer["trip"]["legs"] if answer else []
            return [point for leg in legs for point in decode(leg["shape"], 6)]
        except (KeyError, TypeError, ValueError) as trouble:
            raise RoutingUnavailable("Valhalla's route could not be read.") from trouble

    def _ask(self, path: str, question: Mapping[str, Any], until: float) -> dict[str, Any] | None:
        """What the service says; None where a point of the question has no road, or no way leads there."""
        status, answer = self._line.ask(path, question, until=until)
        if not isinstance(answer, dict):
            raise RoutingUnavailable("Valhalla's answer could not be read.")
        if answer.get("error_code") in NO_WAY:
            return None
        if status != 200:
            raise RoutingUnavailable(f"Valhalla refused with {status} {answer.get('error_code')}.")
        return answer

    def _ask_version(self, until: float) -> None:
        if time.monotonic() - self._asked_at < ASK_AGAIN_SECONDS:
            return
        status = self._ask("/status", {}, until) or {}
        self._version = f"1:{status.get('version', 'unknown')}/{status.get('tileset_last_modified', 'undated')}"
        self._asked_at = time.monotonic()


def _table_of(sources: Sequence[Point], targets: Sequence[Point]) -> dict[str, Any]:
    return {"sources": _places(sources), "targets": _places(targets), "costing": "auto", "units": "kilometers"}


def _places(points: Sequence[Point]) -> list[dict[str, float]]:
    return [{"lat": point.lat, "lon": point.lng} for point in points]


def _read(answer: Mapping[str, Any], sources: Sequence[Point], targets: Sequence[Point]) -> Free:
    shape = (len(sources), len(targets))
    try:
        cells = [cell for row in answer["sources_to_targets"] for cell in row]
        seconds = np.array([cell["time"] for cell in cells], np.float64).reshape(shape)
        metres = np.array([cell["distance"] for cell in cells], np.float64).reshape(shape) * 1_000
        return Free(
            seconds,
            metres,
            _apart(sources, answer.get("sources", [])),
            _apart(targets, answer.get("targets", [])),
        )
    except (KeyError, TypeError, ValueError) as trouble:
        raise RoutingUnavailable("Valhalla's table could not be read.") from trouble


def _apart(points: Sequence[Point], placed: Sequence[Mapping[str, float]]) -> Floats:
    """Metres from each point to where the service placed it on a road; old services repeat the question instead."""
    if len(placed) != len(points):
        return np.zeros(len(points))
    found = degrees([Point(float(place["lat"]), float(place["lon"])) for place in placed])
    return np.array([great_circle(a[None], b[None])[0, 0] for a, b in zip(degrees(points), found, strict=True)])


def _joined(one: Free, other: Free) -> Free:
    """Two tables over the same targets, one below the other."""
    return Free(
        np.concatenate([one.seconds, other.seconds]),
        np.concatenate([one.metres, other.metres]),
        np.concatenate([one.source_access, other.source_access]),
        # A half without any answer does not know where the targets were placed.
        np.maximum(one.target_access, other.target_access),
    )


def _turned(free: Free) -> Free:
    return Free(free.seconds.T, free.metres.T, free.target_access, free.source_access)

"""OSRM over HTTP: the services table and route of `osrm-routed` (https://project-osrm.org/docs/v5.24.0/api/)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import numpy as np

from common.geo import Point
from providers.routing.base import RoutingUnavailable
from providers.routing.builtin import Floats
from providers.routing.polyline import decode, encode
from providers.routing.remote import Free, RemoteRouting

NO_WAY = ("NoRoute", "NoTable", "NoSegment")


class OsrmRouting(RemoteRouting):
    """Asks an `osrm-routed` that has a car profile; it takes tables of 100 points unless told otherwise."""

    name = "osrm"
    _data = ""

    @property
    def version(self) -> str:
        """The data version the map was prepared with (`osrm-extract --data_version`), where it has one."""
        return f"1:{self._data or 'undated'}"

    def _ask_table(self, sources: Sequence[Point], targets: Sequence[Point], until: float) -> Free:
        first, last = len(sources), len(sources) + len(targets)
        asked = (
            f"/table/v1/driving/{_line([*sources, *targets])}?annotations=duration,distance&generate_hints=false"
            f"&sources={';'.join(map(str, range(first)))}&destinations={';'.join(map(str, range(first, last)))}"
        )
        answer = self._ask(asked, until)
        if answer is None:
            return _nothing(len(sources), len(targets))
        try:
            return Free(
                _numbers(answer["durations"], (len(sources), len(targets))),
                _numbers(answer["distances"], (len(sources), len(targets))),
                _numbers([point["distance"] for point in answer["sources"]], (len(sources),)),
                _numbers([point["distance"] for point in answer["destinations"]], (len(targets),)),
            )
        except (KeyError, TypeError, ValueError) as trouble:
            raise RoutingUnavailable("OSRM's table could not be read.") from trouble

    def _ask_way(self, points: Sequence[Point], until: float) -> list[Point]:
        # At a door one may turn round: without this OSRM drives on to the next place where it can.
        options = "overview=full&geometries=polyline&continue_straight=false&generate_hints=false"
        answer = self._ask(f"/route/v1/driving/{_line(points)}?{options}", until)
        try:
            return decode(answer["routes"][0]["geometry"]) if answer else []
        except (KeyError, IndexError, TypeError, ValueError) as trouble:
            raise RoutingUnavailable("OSRM's route could not be read.") from trouble

    def _ask(self, path: str, until: float) -> dict[str, Any] | None:
        """What the service says; None where it knows no way."""
        status, answer = self._line.ask(path, until=until)
        code = answer.get("code") if isinstance(answer, dict) else None
        if code in NO_WAY:
            return None
        if status != 200 or code != "Ok":
            raise RoutingUnavailable(f"OSRM refused with {status} {code}.")
        self._data = str(answer.get("data_version") or "")[:30]
        found: dict[str, Any] = answer
        return found


def _line(points: Sequence[Point]) -> str:
    return f"polyline({quote(encode(points), safe='')})"


def _numbers(values: Any, shape: tuple[int, ...]) -> Floats:
    """Numbers as an array; None, for no way, is NaN."""
    return np.array(values, np.float64).reshape(shape)


def _nothing(rows: int, columns: int) -> Free:
    return Free(np.full((rows, columns), np.nan), np.full((rows, columns), np.nan), np.zeros(rows), np.zeros(columns))

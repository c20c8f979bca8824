"""A road engine that is away, hangs or drips: answers come all the same, in time, and say that they are estimated."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from common.geo import Point
from providers.routing.base import RoutingUnavailable
from providers.routing.builtin import BuiltinRouting
from providers.routing.osrm import OsrmRouting
from providers.routing.steady import SteadyRouting
from providers.routing.valhalla import ValhallaRouting
from tests.providers.routing.recorded_service import service
from tests.providers.routing.worlds import HARRISBURG, MORNING

THERE = Point(40.268, -76.80)
BUDGET = 0.3
SLACK = 3.0  # a shared machine may be slow; a hang would be for ever


@contextmanager
def listening(reply: bytes = b"", drip: bytes = b"") -> Iterator[tuple[str, list[float]]]:
    """A service that takes every call, says something, then drips or says no more; tells when it was called."""
    calls: list[float] = []
    over = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def talk(caller: socket.socket) -> None:
        with suppress(OSError), caller:
            caller.sendall(reply)
            while not over.wait(0.05):
                caller.sendall(drip)

    def accept() -> None:
        with suppress(OSError):
            while True:
                caller, _ = server.accept()
                calls.append(time.monotonic())
                threading.Thread(target=talk, args=[caller], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", calls
    over.set()
    server.close()


HANGS = {"never answers": (b"", b""), "drips": (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" ")}


@pytest.mark.parametrize("engine", [OsrmRouting, ValhallaRouting])
@pytest.mark.parametrize("how", list(HANGS))
def test_a_service_that_hangs_costs_no_more_than_the_budget(
    engine: type[OsrmRouting] | type[ValhallaRouting], how: str
) -> None:
    with listening(*HANGS[how]) as (url, _):
        asked = time.monotonic()

        with pytest.raises(RoutingUnavailable):
            engine(base_url=url, budget_seconds=BUDGET).leg(HARRISBURG, THERE, MORNING)

        assert BUDGET * 0.9 < time.monotonic() - asked < BUDGET + SLACK


@pytest.mark.parametrize(
    "reply", [b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
              b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"code":"Ok"}', b"what?\r\n\r\n"],
)  # fmt: skip
@pytest.mark.parametrize("engine", [OsrmRouting, ValhallaRouting])
def test_an_answer_that_makes_no_sense_is_no_answer(
    engine: type[OsrmRouting] | type[ValhallaRouting], reply: bytes
) -> None:
    with listening(reply) as (url, _), pytest.raises(RoutingUnavailable):
        engine(base_url=url, budget_seconds=1).table([HARRISBURG], [THERE], MORNING)


def test_while_it_is_away_the_estimator_answers_and_says_so() -> None:
    with listening() as (url, _):
        roads = SteadyRouting(OsrmRouting(base_url=url, budget_seconds=BUDGET))

        leg, route = roads.leg(HARRISBURG, THERE, MORNING), roads.route([HARRISBURG, THERE], MORNING)
        table = roads.table([HARRISBURG], [THERE], MORNING)

    estimate = BuiltinRouting().leg(HARRISBURG, THERE, MORNING)
    assert (leg.seconds, leg.metres) == (estimate.seconds, estimate.metres)
    assert leg.is_estimated and route.is_estimated and table.is_estimated  # noqa: PT018  one promise
    assert roads.is_resting


def test_an_engine_that_failed_is_left_alone_for_a_while() -> None:
    now = [1_000.0]
    with listening() as (url, calls):
        roads = SteadyRouting(OsrmRouting(base_url=url, budget_seconds=BUDGET), rest_seconds=15, clock=lambda: now[0])
        for _ in range(20):
            roads.leg(HARRISBURG, THERE, MORNING)
        assert len(calls) == 1

        now[0] += 16
        for _ in range(20):
            roads.leg(HARRISBURG, THERE, MORNING)

        assert len(calls) == 2


def test_an_engine_that_is_back_is_used_again() -> None:
    now = [1_000.0]
    with service("osrm") as url:
        engine = OsrmRouting(base_url="http://127.0.0.1:9", budget_seconds=20)
        roads = SteadyRouting(engine, clock=lambda: now[0])
        away = roads.leg(HARRISBURG, known_there(), MORNING)
        engine._line = OsrmRouting(base_url=url)._line
        now[0] += 60

        back = roads.leg(HARRISBURG, known_there(), MORNING)

    assert away.is_estimated
    assert not back.is_estimated
    assert not roads.is_resting


def known_there() -> Point:
    """A place that the recorded service was asked about from Harrisburg's centre."""
    return Point(round(HARRISBURG.lat + 0.004, 5), round(HARRISBURG.lng + 0.004, 5))


def test_a_place_that_is_nowhere_does_not_take_the_others_with_it() -> None:
    with service("valhalla") as url:
        roads = SteadyRouting(ValhallaRouting(base_url=url, budget_seconds=20))

        table = roads.table([HARRISBURG], [Point(1_000.0, 0.0), known_there(), Point(float("nan"), 0.0)], MORNING)

    assert not table.is_estimated
    assert 0 < table.seconds[0, 1] < 1_000


def test_one_place_without_a_road_leaves_the_others_their_answers() -> None:
    with service("valhalla") as url:
        engine = ValhallaRouting(base_url=url, budget_seconds=20)
        at_sea = Point(HARRISBURG.lat - 0.5, HARRISBURG.lng)

        table = engine.table([HARRISBURG], [at_sea, known_there()], MORNING)

    estimate = BuiltinRouting().table([HARRISBURG], [at_sea, known_there()], MORNING)
    assert table.seconds[0, 0] == estimate.seconds[0, 0]
    assert table.seconds[0, 1] != estimate.seconds[0, 1]


def test_an_address_must_be_one() -> None:
    with pytest.raises(ValueError, match="begins with http"):
        OsrmRouting(base_url="localhost:5000")

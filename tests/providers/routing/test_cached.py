"""Tables of a road engine are remembered by cells and hours: nearly as true, and asked once."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest
import redis
from django.conf import settings

from common.geo import Point
from providers.routing.base import Bools, Leg, Route, Routing, RoutingUnavailable, Table
from providers.routing.cached import CachedRouting
from providers.routing.graph import GraphRouting
from providers.routing.shared import PREFIX, SharedStrips
from providers.routing.steady import SteadyRouting
from tests.providers.routing.worlds import MORNING, city


class Counting:
    """A road graph that notes the tables it is asked for, and goes away when told to."""

    name = "counting"
    version = "1:test"

    def __init__(self) -> None:
        self.inner = GraphRouting(city())
        self.asked: list[tuple[int, int]] = []
        self.is_away = False

    @property
    def estimator(self) -> Routing:
        return self.inner.estimator

    def leg(self, a: Point, b: Point, at: datetime) -> Leg:
        return self.inner.leg(a, b, at)

    def route(self, points: Sequence[Point], at: datetime) -> Route:
        return self.inner.route(points, at)

    def table(
        self, sources: Sequence[Point], targets: Sequence[Point], at: datetime, wanted: Bools | None = None
    ) -> Table:
        self.asked.append((len(sources), len(targets)))
        if self.is_away:
            raise RoutingUnavailable
        return self.inner.table(sources, targets, at)


@pytest.fixture
def shared() -> Iterator[SharedStrips]:
    yield SharedStrips(settings.REDIS_URL)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(f"{PREFIX}counting:*"):
            client.delete(key)


def places(count: int, seed: int = 3) -> list[Point]:
    """Places beside the streets of the made-up city."""
    rng, streets = np.random.default_rng(seed), city()
    drawn = rng.choice(streets.crossings, count, replace=False)
    near = np.column_stack([streets.lat[drawn], streets.lng[drawn]]) + rng.normal(0, 0.0003, (count, 2))
    return [Point(*place) for place in near.tolist()]


def off(found: Table, true: Table) -> float:
    apart = true.seconds > 60
    return float(np.median(np.abs(found.seconds[apart] / true.seconds[apart] - 1)))


def test_what_is_remembered_is_within_five_percent_in_the_middle() -> None:
    engine = Counting()

    found = CachedRouting(engine).table(places(60), places(60, seed=4), MORNING)

    assert off(found, engine.inner.table(places(60), places(60, seed=4), MORNING)) < 0.05
    assert not found.is_estimated


def test_the_same_places_are_asked_about_once_an_hour() -> None:
    engine = Counting()
    roads = CachedRouting(engine)
    first = roads.table(places(30), places(30), MORNING)
    asked = len(engine.asked)

    again = roads.table(places(30), places(30), MORNING)
    assert len(engine.asked) == asked
    assert (first.seconds == again.seconds).all()

    roads.table(places(30), places(30), MORNING + timedelta(hours=1))
    assert len(engine.asked) > asked


def test_a_new_place_costs_one_row_and_one_column() -> None:
    engine = Counting()
    roads, known = CachedRouting(engine), places(40)
    roads.table(known[:39], known[:39], MORNING)
    engine.asked.clear()

    roads.table(known, known, MORNING)

    assert engine.asked == [(1, 40), (39, 1)]


def test_within_an_hour_the_rush_goes_on_rising() -> None:
    engine, here = Counting(), places(20)
    roads = CachedRouting(engine)
    early, late = MORNING.replace(minute=2), MORNING.replace(minute=58)
    roads.table(here, here, MORNING)

    for at in (early, late):
        assert off(roads.table(here, here, at), engine.inner.table(here, here, at)) < 0.05


def test_what_one_process_found_another_does_not_ask(shared: SharedStrips) -> None:
    first, second = Counting(), Counting()
    one = CachedRouting(first, shared).table(places(30), places(20, seed=5), MORNING)

    other = CachedRouting(second, shared).table(places(30), places(20, seed=5), MORNING)

    assert first.asked
    assert not second.asked
    assert (one.seconds == other.seconds).all()
    assert (one.metres == other.metres).all()


def test_without_redis_each_asks_for_itself() -> None:
    engine = Counting()

    CachedRouting(engine, SharedStrips("redis://127.0.0.1:1/0")).table(places(20), places(20), MORNING)

    assert engine.asked == [(20, 20)]


def test_what_was_only_estimated_is_not_kept() -> None:
    engine, here, now = Counting(), places(12), [0.0]
    roads = CachedRouting(SteadyRouting(engine, clock=lambda: now[0]))
    engine.is_away = True
    assert roads.table(here, here, MORNING).is_estimated

    engine.is_away, now[0] = False, 60.0

    assert not roads.table(here, here, MORNING).is_estimated


def test_a_full_memory_forgets_what_was_used_least_recently() -> None:
    engine = Counting()
    roads = CachedRouting(engine, most_cells=50)
    old, new = places(20), places(40, seed=8)
    roads.table(old, old, MORNING)
    before = roads.table(new, new, MORNING)
    engine.asked.clear()

    assert (roads.table(new, new, MORNING).seconds == before.seconds).all()
    assert not engine.asked
    assert off(roads.table(old, old, MORNING), engine.inner.table(old, old, MORNING)) < 0.05
    assert engine.asked


def test_a_place_is_no_drive_from_itself_and_a_short_one_from_next_door() -> None:
    here = places(12)
    here[1] = Point(here[0].lat + 0.00001, here[0].lng)

    table = CachedRouting(Counting()).table(here, here, MORNING)

    assert (np.diag(table.seconds) == 0).all()
    assert table.seconds[0, 1] < 120


def test_a_slow_engine_is_learned_over_some_tables_and_none_of_them_waits() -> None:
    engine, here, now = Counting(), places(100), [0.0]

    def ticking() -> float:
        now[0] += 0.6
        return now[0]

    roads = CachedRouting(engine, fill_seconds=1.0, clock=ticking)
    first = roads.table(here, here, MORNING)
    asked = len(engine.asked)
    for _ in range(4):
        last = roads.table(here, here, MORNING)

    assert asked == 1
    assert first.is_estimated
    assert not last.is_estimated
    assert off(last, engine.inner.table(here, here, MORNING)) < 0.05


def test_only_pairs_that_matter_are_asked_about() -> None:
    engine, here = Counting(), places(80)
    wanted = np.zeros((80, 80), np.bool_)
    wanted[:10, 40:60] = True

    table = CachedRouting(engine).table(here, here, MORNING, wanted)

    assert sum(rows * columns for rows, columns in engine.asked) <= 200
    true = engine.inner.table(here, here, MORNING).seconds[wanted]
    assert np.median(np.abs(table.seconds[wanted] / true - 1)) < 0.05
    assert (table.seconds > 0).sum() >= 79 * 80
    assert not table.is_estimated

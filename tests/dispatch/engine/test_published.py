"""The readers and rules of the published sets, on a few made-up rows: the sets themselves are not in the project."""

from pathlib import Path

import pytest

from bench._meals import Routes, read_day, unfold
from bench._sets import Case, moments, suits, wanted
from bench.meal_days import figures, method_of
from bench.public import seeds_of
from dispatch.engine.plan import Plan
from dispatch.engine.problem import NONE, Problem

FILES = {
    "instance_parameters": ["per_minute pickup dropoff target maximum pay hour", "320 4 4 40 90 10 15"],
    "restaurants": ["restaurant x y", "r1 0 0", "r2 3200 0"],
    "couriers": ["courier x y on_time off_time", "c1 0 320 600 720", "c2 3200 320 600 720"],
    "orders": [
        "order x y placement_time restaurant ready_time",
        "o1 640 0 600 r1 610",
        "o2 640 320 601 r1 611",
        "o3 3520 0 602 r2 630",
        "o4 2560 0 640 r2 650",
        "o5 2560 640 715 r2 800",
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "0o100t100s1p100"
    place.mkdir()
    for name, rows in FILES.items():
        (place / f"{name}.txt").write_text("\n".join(rows) + "\n")
    return place


@pytest.mark.parametrize("name", ["arrival:90", "homeward:2"])
def test_a_day_of_meals_keeps_the_published_rules(folder: Path, name: str) -> None:
    day = read_day(folder)

    streets = unfold(day, *method_of(name, 5, seed=1))

    done = streets.dropped != NONE
    assert done.tolist() == [True] * 4 + [False]  # the last meal is ready when nobody is on duty any more
    assert (streets.picked[done] >= day.ready[done]).all()
    assert (streets.picked[done] <= day.off.max()).all()
    assert (streets.dropped[done] >= day.soonest[done]).all()
    assert figures(day, streets)["delivered"] == 4


def test_an_order_is_planned_from_the_minute_it_is_placed(folder: Path) -> None:
    day = read_day(folder)
    waiting: list[int] = []
    insert, promise = method_of("arrival:90", 0, seed=1)

    def watched(problem: Problem, before: Routes) -> Plan:
        waiting.append(len(problem.deliveries))
        return insert(problem, before)

    unfold(day, watched, promise)

    assert waiting[:3] == [1, 2, 3]


def test_moments_are_the_busiest_and_lie_apart(folder: Path) -> None:
    assert moments([folder], 3) == [(folder, 615), (folder, 720)]


@pytest.mark.parametrize(
    ("size", "fits"), [("n100", True), ("100", True), ("200", False), ("60x9", True), ("60x8", False)]
)
def test_a_size_is_a_published_one_or_a_limit(size: str, fits: bool) -> None:
    case = Case("lilim", "lr104", {}, places=100, requests=52, vehicles=9)

    assert suits(case, size) is fits


@pytest.mark.parametrize(("sets", "sizes"), [("lilim", "large"), ("lilim", "100x"), ("solomon", "")])
def test_what_is_no_set_and_no_size_is_refused(sets: str, sizes: str) -> None:
    with pytest.raises(SystemExit, match=r"is no size|is no set"):
        wanted(sets, sizes)


def test_seeds_are_whole_numbers() -> None:
    assert seeds_of("1,22") == [1, 22]
    with pytest.raises(SystemExit, match="whole numbers"):
        seeds_of("1,two")

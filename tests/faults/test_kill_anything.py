"""R5: kill any process at any time, and no acknowledged order is lost, delivered twice or paid twice."""

import time
from pathlib import Path

import pytest

from tests.faults.house import House, open_house
from tests.faults.nemesis import rage, worst_moment
from tests.faults.reckoning import doubled_or_wrong, left_behind
from tests.faults.town import Town, build_town

SEED = 20260605
SETTLED_WITHIN = 150.0  # seconds after the last fault; on a quiet machine it is some 20
STILL = 12.0  # seconds without any change after which nothing more happens by itself

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


def open_for_business(house: House, *programs: str) -> None:
    """Start what is named; the worker first, and the rest once it takes tasks."""
    for name in programs:
        house.start(name)
        if name == "worker":
            house.wait_for_worker()


def acknowledged(house: House) -> list[int]:
    """The orders that shoppers were told of."""
    return [line["answer"] for line in house.journal.told("placed")]


def wait_until_settled(house: House, town: Town) -> list[str]:
    """Wait until nothing is left behind, at most so long; return what is."""
    deadline = time.monotonic() + SETTLED_WITHIN
    while (rest := left_behind(town, acknowledged(house))) and time.monotonic() < deadline:
        time.sleep(0.5)
    return rest


def wait_until_still(house: House, town: Town) -> list[str]:
    """Wait until what is left behind has not changed for a while; return it."""
    rest, since = left_behind(town, acknowledged(house)), time.monotonic()
    while rest and time.monotonic() - since < STILL:
        time.sleep(0.5)
        now_left = left_behind(town, acknowledged(house))
        if now_left != rest:
            rest, since = now_left, time.monotonic()
    return rest


def test_whatever_is_killed_every_order_arrives_once_and_is_paid_once(folder: Path) -> None:
    town = build_town(orders=24)
    with open_house(folder, town) as house:
        open_for_business(house, "worker", "beat", "people")

        worst_moment(house, orders=6)
        rage(house, seed=SEED, rounds=2)
        house.wait_for_worker()
        rest = wait_until_settled(house, town)

        assert rest == [], house.log_of("worker")[-6000:]
        assert doubled_or_wrong(town, folder / "gateway") == []
        assert "Traceback" not in house.log_of("people")


def test_without_the_sweeps_the_worst_moment_leaves_orders_behind(folder: Path) -> None:
    town = build_town(orders=4)
    with open_house(folder, town) as house:
        open_for_business(house, "worker", "people")

        worst_moment(house, orders=4)
        house.wait_for_worker()
        rest = wait_until_still(house, town)

        assert [line for line in rest if line.endswith("is ready")] != []

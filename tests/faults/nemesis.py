"""What goes wrong, in an order that a seed decides. Whatever was broken is put right before the next thing breaks."""

import random
import signal
import time
from collections.abc import Callable

import redis

from tests.faults.house import House

Fault = Callable[[House, random.Random], None]


def worker_dies(house: House, dice: random.Random) -> None:
    """The whole worker goes at once, as a container does."""
    house.kill("worker")
    house.start("worker")


def worker_loses_its_head(house: House, dice: random.Random) -> None:
    """Only the worker's main process goes; its pool may still be at work when the next worker starts."""
    house.kill("worker", with_children=False)
    house.start("worker")


def worker_loses_a_child(house: House, dice: random.Random) -> None:
    """The process that runs a task goes, as when memory runs out."""
    house.kill_a_child("worker")


def worker_freezes(house: House, dice: random.Random) -> None:
    """The worker stands still for a while, then goes on with what it had read long ago."""
    house.children["worker"].signal(signal.SIGSTOP)
    time.sleep(dice.uniform(1.0, 2.5))
    house.children["worker"].signal(signal.SIGCONT)


def beat_dies(house: House, dice: random.Random) -> None:
    """Nobody sweeps for a moment."""
    house.kill("beat")
    time.sleep(dice.uniform(0.0, 1.0))
    house.start("beat")


def beat_doubles(house: House, dice: random.Random) -> None:
    """A second beat runs from here on, or is killed where one ran."""
    if house.children["second beat"].process is None:
        house.start("second beat")
    else:
        house.kill("second beat")
        house.start("second beat")


def valkey_dies(house: House, dice: random.Random) -> None:
    """The broker goes and comes back with what its file kept."""
    house.kill_valkey()
    time.sleep(dice.uniform(0.2, 1.5))
    house.start_valkey()


def valkey_comes_back_empty(house: House, dice: random.Random) -> None:
    """The broker goes with everything it knew."""
    house.kill_valkey()
    time.sleep(dice.uniform(0.2, 1.0))
    house.start_valkey(empty=True)


def queues_are_flushed(house: House, dice: random.Random) -> None:
    """Somebody types FLUSHALL."""
    redis.Redis.from_url(house.redis_url).flushall()


def people_lose_the_line(house: House, dice: random.Random) -> None:
    """The process that serves people goes in the middle of a request; they try again."""
    house.kill("people")
    house.start("people")


FAULTS: tuple[Fault, ...] = (
    worker_dies,
    worker_loses_its_head,
    worker_loses_a_child,
    worker_freezes,
    beat_dies,
    beat_doubles,
    valkey_dies,
    valkey_comes_back_empty,
    queues_are_flushed,
    people_lose_the_line,
)


def rage(house: House, *, seed: int, rounds: int) -> None:
    """Let every fault happen once a round, in an order of its own each round."""
    dice = random.Random(seed)
    for _ in range(rounds):
        for fault in dice.sample(FAULTS, len(FAULTS)):
            time.sleep(dice.uniform(0.4, 1.4))
            fault(house, dice)


def worst_moment(house: House, *, orders: int, seconds: float = 120.0) -> None:
    """The worker dies, orders go on coming until so many are staged, and the broker forgets every word of it."""
    house.kill("worker")
    deadline = time.monotonic() + seconds
    while len(house.journal.told("ready")) < orders:
        assert time.monotonic() < deadline, house.journal.lines()
        time.sleep(0.1)
    house.kill_valkey()
    house.start_valkey(empty=True)
    house.start("worker")

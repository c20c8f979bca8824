"""Many threads that start together, each on a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
A = TypeVar("A")


class Died(BaseException):
    """A process that was killed: nothing after it runs, and no `except Exception` catches it."""


def at_once(step: Callable[[A], T], arguments: Sequence[A]) -> list[T | BaseException]:
    """Run a step for every argument at the same moment; what one raises is its result."""
    barrier = Barrier(len(arguments))

    def run(argument: A) -> T | BaseException:
        try:
            barrier.wait(timeout=30)
            return step(argument)
        except BaseException as trouble:  # noqa: BLE001 - whatever happened in a thread is what the test looks at
            return trouble
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))

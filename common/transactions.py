"""The four things a transaction block can mean, each with its own word.

An entry action opens one itself (`@transaction.atomic(durable=True)`), a shared step needs one
(`@needs_transaction`), a savepoint is a plain `atomic()` around a failure that is survived, and
whatever talks to the network stays out of them all (`@outside_transaction`).
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")


class WrongTransaction(RuntimeError):
    """A step was called inside a transaction it must not be in, or outside one it needs."""


def needs_transaction(step: Callable[P, R]) -> Callable[P, R]:
    """Refuse to run a shared step outside a transaction: its locks would be gone at once."""

    @wraps(step)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not connection.in_atomic_block:
            raise WrongTransaction(f"{step.__name__} needs a transaction around it")
        return step(*args, **kwargs)

    return checked


def outside_transaction(step: Callable[P, R]) -> Callable[P, R]:
    """Refuse to run a network call while a transaction holds locks.

    The transaction that a test wraps itself in does not count: Django marks it.
    """

    @wraps(step)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        ours = [block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False)]
        if ours:
            raise WrongTransaction(f"{step.__name__} calls the network and must run outside transactions")
        return step(*args, **kwargs)

    return checked

"""What happens when a row stays locked by others for longer than anybody should wait."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError
from psycopg2.errors import DeadlockDetected, LockNotAvailable

from common.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")


def refuse_when_busy(action: Callable[P, R]) -> Callable[P, R]:
    """Turn a lock that could not be had in time into a plain refusal: the action left no trace and may be repeated.

    Stands outside the transaction that it watches.
    """

    @wraps(action)
    def patient(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return action(*args, **kwargs)
        except OperationalError as trouble:
            if isinstance(trouble.__cause__, (LockNotAvailable, DeadlockDetected)):
                raise Busy from trouble
            raise

    return patient

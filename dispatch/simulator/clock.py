"""A clock that is set by hand, for days that are lived through faster than they pass."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


class Clock:
    """A moment that somebody else moves on."""

    def __init__(self, now: datetime) -> None:
        """Start at a moment."""
        self.now = now


@contextmanager
def living_at(clock: Clock) -> Iterator[Clock]:
    """Let tasks and `auto_now_add` columns read this clock while the block lasts; in this process only."""
    real = timezone.now
    setattr(timezone, "now", lambda: clock.now)  # noqa: B010  # a plain assignment is a type error, and rightly so
    try:
        yield clock
    finally:
        setattr(timezone, "now", real)  # noqa: B010

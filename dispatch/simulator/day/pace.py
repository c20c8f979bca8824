"""How long people take: to think, to walk to a shelf, to open a boot."""

from collections.abc import Hashable
from datetime import datetime, timedelta

FORGOTTEN_AFTER = timedelta(hours=1)


class Pace:
    """When each thing is done that somebody has begun; known to this process only, so a new one begins afresh."""

    def __init__(self) -> None:
        """Begin with nobody busy."""
        self._due: dict[Hashable, datetime] = {}

    def is_over(self, thing: Hashable, seconds: float, now: datetime) -> bool:
        """Whether `seconds` have passed since this was first asked about a thing."""
        return now >= self._due.setdefault(thing, now + timedelta(seconds=seconds))

    def again(self, thing: Hashable, seconds: float, now: datetime) -> None:
        """Let a thing take its time once more from now."""
        self._due[thing] = now + timedelta(seconds=seconds)

    def forget_old(self, now: datetime) -> None:
        """Drop what nobody asks about any more."""
        self._due = {thing: due for thing, due in self._due.items() if due > now - FORGOTTEN_AFTER}
